import type { NewSessionChange, RevocationTarget, SessionRecord } from '../session-store.ts'

interface EndingContext {
  readonly record: (change: NewSessionChange) => Promise<number>
  /** The live sessions of a user. */
  readonly sessionsOf: (userId: string) => Promise<readonly SessionRecord[]>
  /** The time when the last of the present cookies has expired. */
  readonly until: () => number
}

/**
 * Creates a function that ends sessions by recording changes in the store. The function resolves to the number of
 * sessions that it ended.
 *
 * With `except`, it first refuses the logins that are under way. The list of the store is complete then, and each
 * session is ended by its id. After a failure half-way, the remaining sessions live on, and the call is to be repeated.
 */
export function createEnding({ record, sessionsOf, until }: EndingContext) {
  const endOne = (id: string) => record({ type: 'session-revoked', subject: id, until: until() })

  async function endOthers(userId: string, spared: string): Promise<number> {
    await record({ type: 'logins-revoked', subject: userId, until: until() })
    let ended = 0
    for (const { id } of await sessionsOf(userId)) if (id !== spared) ended += await endOne(id)
    return ended
  }

  return async function end(target: RevocationTarget): Promise<number> {
    assertMeant(target)
    if (target === 'all') return record({ type: 'all-revoked', subject: null, until: until() })
    if ('session' in target) {
      if (!('user' in target)) return endOne(target.session)
      const own = await sessionsOf(target.user)
      return own.some(({ id }) => id === target.session) ? endOne(target.session) : 0
    }
    if ('except' in target) return endOthers(target.user, target.except)
    return record({ type: 'user-revoked', subject: target.user, until: until() })
  }
}

/**
 * Throws when the target is malformed. Why: in JavaScript, an undefined variable must not end the sessions of others.
 */
function assertMeant(target: RevocationTarget): void {
  if (target === 'all') return
  const given = Object.entries(target ?? {})
  const known = given.every(([key, value]) => KEYS.has(key) && typeof value === 'string')
  if (known && given.some(([key]) => key !== 'except')) return
  throw new TypeError("What is to be ended is { session }, { user }, { user, session }, { user, except } or 'all'.")
}

const KEYS = new Set(['session', 'user', 'except'])
