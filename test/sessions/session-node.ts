import type { Clock } from '../../src/clock.ts'
import { NO_ROLES } from '../../src/policy/role-registry.ts'
import { createKeyring, generateSecret, type Keyring } from '../../src/sealing/keyring.ts'
import { createSessionCookie } from '../../src/sealing/sealed-cookie.ts'
import { type LifetimeOptions, readLifetimes } from '../../src/sessions/lifetimes.ts'
import type { Session } from '../../src/sessions/session.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { createSessions, type Sessions, type SessionsContext } from '../../src/sessions/sessions.ts'
import { type AccountInput, createAccount } from '../../src/users/account.ts'
import { accepted, type Outcome } from '../../src/users/outcome.ts'
import { User } from '../../src/users/user.ts'

/** One process that serves sessions: what two of them share is given, the rest is made up. */
export interface NodeOptions {
  readonly clock: Clock
  readonly store: SessionStore
  readonly secret?: string
  /** Instead of a secret, for keys that change. */
  readonly keyring?: () => Keyring
  readonly lifetimes?: LifetimeOptions
  readonly limit?: SessionsContext['limit']
  /** How many sealed sessions it remembers. Default: 100. */
  readonly maxRemembered?: number
  /** The sources that are configured. Default: `local`. */
  readonly sources?: readonly string[]
}

export interface SessionNode {
  readonly sessions: Sessions
  /** What the source says of whoever it is asked for, until it is told to say something else. */
  answer: () => Outcome | null | Promise<Outcome | null>
  /** Whom the source was asked for. */
  readonly lookups: string[]
  /** Signs in, as far as sessions are concerned. Returns the sealed session. */
  signIn(options?: { readonly persistent?: boolean; readonly account?: AccountInput }): Promise<string>
  /** What a request with this cookie would come to: asks when the lease has ended. */
  visit(sealed: string): Promise<string | undefined>
  /** The session in it, be it due for renewal or not. Throws where there is none. */
  sessionOf(sealed: string | undefined): Session
}

export const SECRET = generateSecret()

export async function sessionNode(options: NodeOptions): Promise<SessionNode> {
  const { clock, store, secret = SECRET, lifetimes = {}, limit, sources = ['local'] } = options
  const keyring = createKeyring([secret], { application: 'application', purpose: 'session' })
  const node: SessionNode = {
    answer: () => accepted(ANNA),
    lookups: [],
    sessions: createSessions({
      store,
      clock,
      keyring: options.keyring ?? (() => keyring),
      lifetimes: readLifetimes(lifetimes),
      limit,
      maxSealedLength: createSessionCookie({}, true).maxSealedLength,
      maxRemembered: options.maxRemembered ?? 100,
      directory: {
        userOf: ({ source, account }) => new User(source, account, NO_ROLES),
        async lookup(userId) {
          node.lookups.push(userId)
          return await node.answer()
        },
        assignment: async () => undefined,
        hasSource: (name) => sources.includes(name),
      },
    }),
    async signIn({ persistent = false, account = ANNA } = {}) {
      const revision = await node.sessions.revision()
      const started = await node.sessions.start('local', createAccount(account), { persistent, revision })
      if (started.outcome !== 'started') throw new Error(started.outcome)
      return started.sealed
    },
    async visit(sealed) {
      const opened = node.sessions.open(sealed)
      if (opened.state === 'ended') return undefined
      if (opened.state === 'live') return sealed
      const renewed = await node.sessions.renew(opened.session)
      // In the time of grace, the browser keeps what it has.
      return renewed?.sealed === null ? sealed : renewed?.sealed
    },
    sessionOf(sealed) {
      const opened = node.sessions.open(sealed ?? '')
      if (opened.state === 'ended') throw new Error('There is no session in it.')
      return opened.session
    },
  }
  await node.sessions.ready()
  return node
}

export const ANNA: AccountInput = { id: '7', name: 'anna', roles: ['Viewer'] }

/** How often a store was asked for what. Everything goes on to the real one, unless it is told to be down. */
export interface WatchedStore extends SessionStore {
  readonly asked: Record<'revision' | 'start' | 'confirm' | 'record', number>
  down: boolean
}

export function watched(store: SessionStore): WatchedStore {
  const asked = { revision: 0, start: 0, confirm: 0, record: 0 }
  const watching: WatchedStore = {
    name: store.name,
    asked,
    down: false,
    revision: () => count('revision', () => store.revision()),
    start: (record, revision) => count('start', () => store.start(record, revision)),
    confirm: (id, at) => count('confirm', () => store.confirm(id, at)),
    record: (change, now) => count('record', () => store.record(change, now)),
    list: (query) => store.list(query),
    follow: (listener, onConnected) => store.follow(listener, onConnected),
  }
  async function count<T>(what: keyof typeof asked, ask: () => Promise<T>): Promise<T> {
    asked[what] += 1
    if (watching.down) throw new Error('the store is down')
    return await ask()
  }
  return watching
}
