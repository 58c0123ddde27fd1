import fc from 'fast-check'
import { fixedClock } from 'ostiary/testing'
import { describe, expect, test } from 'vitest'
import type { SessionChange } from '../session-store.ts'
import { createRevocations } from './revocations.ts'

const FOREVER = Number.MAX_SAFE_INTEGER
const ended = (subject: string, revision: number, until = FOREVER) =>
  ({ type: 'session-revoked', subject, revision, until }) as const
const userEnded = (subject: string, revision: number, until = FOREVER) =>
  ({ type: 'user-revoked', subject, revision, until }) as const
const stale = (subject: string, revision: number, until = FOREVER) =>
  ({ type: 'user-stale', subject, revision, until }) as const
const allEnded = (revision: number) => ({ type: 'all-revoked', subject: null, revision, until: FOREVER }) as const

/** Anna's session: started after change 100, last confirmed after change 200. */
const ANNA = { id: 'one', userId: 'local:anna', startedAtRevision: 100, confirmedAtRevision: 200 }

const judged = (...changes: readonly SessionChange[]) => {
  const revocations = createRevocations(fixedClock(1000))
  for (const change of changes) revocations.apply(change)
  return revocations.stateOf(ANNA)
}

describe('what becomes of a session that started after change 100 and was confirmed after 200', () => {
  const table: readonly (readonly [string, 'valid' | 'stale' | 'revoked', readonly SessionChange[]])[] = [
    ['nothing happened', 'valid', []],
    ['it was ended', 'revoked', [ended('one', 150)]],
    ['it was ended, whatever the number says', 'revoked', [ended('one', 1)]],
    ['another one was ended', 'valid', [ended('two', 150)]],
    ['one whose id begins alike was ended', 'valid', [ended('on', 150), ended('one1', 150)]],
    ['all of the user before it started', 'valid', [userEnded('local:anna', 99)]],
    ['all of the user just before it started', 'valid', [userEnded('local:anna', 100)]],
    ['all of the user after it started', 'revoked', [userEnded('local:anna', 101)]],
    ['all of somebody else', 'valid', [userEnded('local:ann', 500), userEnded('ldap:anna', 500)]],
    ['everybody before it started', 'valid', [allEnded(99)]],
    ['everybody just before it started', 'valid', [allEnded(100)]],
    ['everybody after it started', 'revoked', [allEnded(101)]],
    [
      'logins of the user were to be checked again',
      'valid',
      [{ type: 'logins-revoked', subject: 'local:anna', revision: 500, until: FOREVER }],
    ],
    ['the account changed before it was confirmed', 'valid', [stale('local:anna', 199)]],
    ['the account changed just before it was confirmed', 'valid', [stale('local:anna', 200)]],
    ['the account changed after it was confirmed', 'stale', [stale('local:anna', 201)]],
    ['another account changed', 'valid', [stale('local:bert', 500)]],
    ['the account changed, and it was ended', 'revoked', [stale('local:anna', 500), ended('one', 150)]],
    [
      'the account changed, and all of the user were ended',
      'revoked',
      [userEnded('local:anna', 150), stale('local:anna', 500)],
    ],
  ]
  test.each(table)('%s: %s', (_name, state, changes) => {
    expect(judged(...changes)).toBe(state)
    expect(judged(...changes.toReversed())).toBe(state)
    expect(judged(...changes, ...changes)).toBe(state)
  })
})

test('an earlier change that arrives late does not undo a later one', () => {
  expect(judged(userEnded('local:anna', 150), userEnded('local:anna', 50))).toBe('revoked')
  expect(judged(allEnded(150), allEnded(50))).toBe('revoked')
  expect(judged(stale('local:anna', 250), stale('local:anna', 150))).toBe('stale')
})

test('changes may arrive in any order and any number of times, and come to the same', () => {
  const at = fc.integer({ min: 0, max: 300 })
  const change = fc.oneof(
    fc.tuple(fc.constantFrom('one', 'two'), at).map((each) => ended(...each)),
    fc.tuple(fc.constantFrom('local:anna', 'local:bert'), at).map((each) => userEnded(...each)),
    fc.tuple(fc.constantFrom('local:anna', 'local:bert'), at).map((each) => stale(...each)),
    at.map(allEnded),
  )
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (changes, order) => {
      const shuffled = changes.map((each) => [order.next().value as number, each] as const).sort(([a], [b]) => a - b)
      return judged(...changes) === judged(...shuffled.map(([, each]) => each), ...changes)
    }),
  )
})

describe('sweeping', () => {
  test('what no living cookie can be concerned by is let go of', () => {
    const clock = fixedClock(0)
    const revocations = createRevocations(clock)
    for (let index = 0; index < 1000; index += 1) revocations.apply(ended(`session ${index}`, 0, 10_000))
    revocations.apply(userEnded('local:anna', 0, 10_000))
    revocations.apply(stale('local:bert', 0, 10_000))
    expect(revocations.size).toBe(1002)
    clock.advance('2m')
    revocations.apply(ended('two', 120_000))
    expect(revocations.size).toBe(1)
  })

  test('what still matters is kept, however much is swept', () => {
    const clock = fixedClock(0)
    const revocations = createRevocations(clock)
    revocations.apply(ended('one', 0, 3_600_000))
    for (let minute = 1; minute < 60; minute += 1) {
      clock.advance('1m')
      revocations.apply(ended(`session ${minute}`, minute, minute * 60_000))
      expect(revocations.stateOf(ANNA)).toBe('revoked')
    }
    expect(revocations.size).toBeLessThan(5)
  })

  test('of two changes of one user the longer one decides how long both are kept', () => {
    const clock = fixedClock(0)
    const revocations = createRevocations(clock)
    revocations.apply(userEnded('local:anna', 500, 3_600_000))
    revocations.apply(userEnded('local:anna', 600, 10_000))
    expect(revocations.size).toBe(1)
    clock.advance('2m')
    revocations.apply(ended('two', 1))
    expect(revocations.stateOf(ANNA)).toBe('revoked')
  })

  test('the end of everybody is never swept', () => {
    const clock = fixedClock(0)
    const revocations = createRevocations(clock)
    revocations.apply({ ...allEnded(150), until: 10 })
    clock.advance('30d')
    revocations.apply(ended('two', 1))
    expect(revocations.stateOf(ANNA)).toBe('revoked')
  })
})
