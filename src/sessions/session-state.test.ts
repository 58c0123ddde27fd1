import { describe, expect, test } from 'vitest'
import { createAccount } from '../users/account.ts'
import { freezeSession, type Session } from './session.ts'
import { type SessionFacts, type SessionState, sessionState } from './session-state.ts'

const NOW = 1_700_000_000_000
const LEASE = 60_000

const session = (over: Partial<Session> = {}): Session =>
  freezeSession({
    id: 'a'.repeat(32),
    userId: 'local:7',
    source: 'local',
    account: createAccount({ id: '7', name: 'anna' }),
    startedAt: NOW - 1000,
    startedAtRevision: 1,
    expiresAt: NOW + 3_600_000,
    idleUntil: NOW + 600_000,
    confirmedAtRevision: 1,
    leaseUntil: NOW + LEASE,
    persistent: false,
    ...over,
  })

const facts = (over: Partial<SessionFacts> = {}): SessionFacts => ({
  now: NOW,
  leaseMs: LEASE,
  hasSource: true,
  revocation: 'valid',
  isTrusted: true,
  ...over,
})

describe('each rule decides alone', () => {
  test.each<[string, SessionState, Partial<Session>, Partial<SessionFacts>]>([
    ['a session within its lease', 'live', {}, {}],
    ['a session that idleness does not end', 'live', { idleUntil: null }, {}],
    ['a session of a source that is configured no more', 'ended', {}, { hasSource: false }],
    ['a session that started a minute ahead of this clock', 'live', { startedAt: NOW + 60_000 }, {}],
    ['a session that started more than a minute ahead', 'ended', { startedAt: NOW + 60_001 }, {}],
    ['a session at the moment of its expiry', 'ended', { expiresAt: NOW }, {}],
    ['a session a moment before its expiry', 'live', { expiresAt: NOW + 1 }, {}],
    ['a session at the end of its idle time', 'ended', { idleUntil: NOW }, {}],
    ['a revoked session', 'ended', {}, { revocation: 'revoked' }],
    ['a session whose account changed', 'lease-expired', {}, { revocation: 'stale' }],
    ['a session at the end of its lease', 'lease-expired', { leaseUntil: NOW }, {}],
    ['a lease that a clock ahead of this one granted', 'lease-expired', { leaseUntil: NOW + LEASE + 60_001 }, {}],
    ['a session while the replica is incomplete', 'lease-expired', {}, { isTrusted: false }],
  ])('%s: %s', (_name, state, ofSession, ofNode) => {
    expect(sessionState(session(ofSession), facts(ofNode))).toBe(state)
  })
})

test('a session that has ended is not asked about again, whatever else holds', () => {
  const ends: [Partial<Session>, Partial<SessionFacts>][] = [
    [{}, { hasSource: false }],
    [{ startedAt: NOW + 60_001 }, {}],
    [{ expiresAt: NOW }, {}],
    [{ idleUntil: NOW }, {}],
    [{}, { revocation: 'revoked' }],
  ]
  for (const [ofSession, ofNode] of ends) {
    const over = { ...facts({ isTrusted: false }), ...ofNode }
    expect(sessionState(session({ leaseUntil: NOW, ...ofSession }), over)).toBe('ended')
  }
})
