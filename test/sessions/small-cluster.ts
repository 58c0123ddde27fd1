import { SessionUnavailableError } from '../../src/errors.ts'
import { createKeyring, generateSecret } from '../../src/sealing/keyring.ts'
import { memorySessions } from '../../src/sessions/memory-sessions.ts'
import type { Session } from '../../src/sessions/session.ts'
import type { SessionChange, SessionStore } from '../../src/sessions/session-store.ts'
import { fixedClock } from '../../src/testing/fixed-clock.ts'
import { createAccount } from '../../src/users/account.ts'
import { accepted } from '../../src/users/outcome.ts'
import { sessionNode } from './session-node.ts'

/** How long things last, in milliseconds, in a cluster that these tests can look through. */
export const LEASE = 60_000
export const GRACE = 300_000
export const IDLE = 1_800_000
/** By how much the clock of the second node is ahead. */
export const SKEW = 30_000

/** What a node does with a cookie. */
export type Answer = 'ended' | 'unavailable' | { readonly session: Session; readonly cookie: string }

/** Two nodes whose clocks differ over one store, each with a feed and a way to the store that can be cut. */
export async function openCluster() {
  const clock = fixedClock()
  const shared = memorySessions({ clock })
  const roles = new Map<string, string>()
  let secrets = [generateSecret()]
  let keyring = createKeyring(secrets, { application: 'application', purpose: 'session' })

  function useSecrets(next: readonly string[]): void {
    secrets = [...next]
    keyring = createKeyring(secrets, { application: 'application', purpose: 'session' })
  }

  async function openNode(skew: number) {
    const feed = { kept: undefined as SessionChange[] | undefined, onConnected: (_hearing: boolean) => {} }
    let deliver: (changes: readonly SessionChange[]) => void = () => {}
    let down = false
    const ask = async <T>(action: () => Promise<T>): Promise<T> => {
      if (down) throw new Error('the store is down')
      return await action()
    }
    const store: SessionStore = {
      name: 'cut off at will',
      revision: () => ask(() => shared.revision()),
      start: (record, revision) => ask(() => shared.start(record, revision)),
      confirm: (id, at) => ask(() => shared.confirm(id, at)),
      record: (change, now) => ask(() => shared.record(change, now)),
      list: (query) => shared.list(query),
      follow(listener, onConnected) {
        deliver = listener
        feed.onConnected = (connected) => onConnected?.(connected)
        return shared.follow((changes) => (feed.kept ? void feed.kept.push(...changes) : listener(changes)))
      },
    }
    const node = await sessionNode({ clock: () => clock() + skew, store, keyring: () => keyring })
    const { sessions } = node

    return {
      skew,
      sessions,
      now: () => clock() + skew,
      isDown: () => down,
      isCut: () => feed.kept !== undefined,

      cut(): void {
        if (feed.kept) return
        feed.kept = []
        feed.onConnected(false)
      },

      mend(): void {
        if (!feed.kept) return
        deliver(feed.kept)
        feed.kept = undefined
        feed.onConnected(true)
      },

      goDown(yes: boolean): void {
        down = yes
      },

      async signIn(name: string, persistent: boolean): Promise<Answer> {
        node.answer = () => accepted({ id: name, name, roles: [roles.get(name) ?? 'none'] })
        try {
          const revision = await sessions.revision()
          const account = createAccount({ id: name, name, roles: [roles.get(name) ?? 'none'] })
          const started = await sessions.start('local', account, { persistent, revision })
          return started.outcome === 'started' ? { session: started.session, cookie: started.sealed } : 'ended'
        } catch (error) {
          return unavailableOr(error)
        }
      },

      async visit(name: string, cookie: string): Promise<Answer> {
        node.answer = () => accepted({ id: name, name, roles: [roles.get(name) ?? 'none'] })
        const opened = sessions.open(cookie)
        if (opened.state === 'ended') return 'ended'
        if (opened.state === 'live') return { session: opened.session, cookie }
        try {
          const renewed = await sessions.renew(opened.session)
          return renewed ? { session: renewed.session, cookie: renewed.sealed ?? cookie } : 'ended'
        } catch (error) {
          return unavailableOr(error)
        }
      },
    }
  }

  return {
    nodes: [await openNode(0), await openNode(SKEW)] as const,
    clock,
    /** The one role that a person has by the word of the source. */
    roleOf: (name: string) => roles.get(name) ?? 'none',
    changeRole: (name: string, role: string) => void roles.set(name, role),
    /** A new secret that seals, beside the old ones. */
    rotate: () => useSecrets([generateSecret(), ...secrets]),
    dropOldSecrets: () => useSecrets(secrets.slice(0, 1)),
    sealedWithCurrent: (cookie: string) => cookie.startsWith(`${keyring.current.header}.`),
    isReadable: (cookie: string) => keyring.find(cookie) !== undefined,
  }
}

function unavailableOr(error: unknown): 'unavailable' {
  if (error instanceof SessionUnavailableError) return 'unavailable'
  throw error
}
