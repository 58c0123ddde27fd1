import { describe, expect, test } from 'vitest'
import { accountState } from './account-state.ts'
import { readEntry } from './entry.ts'
import { readGeneralizedTime } from './syntax/generalized-time.ts'

const NOW = Date.UTC(2026, 0, 1)
const clock = () => NOW
const entry = (attributes: Record<string, string | string[]>) => readEntry({ dn: 'cn=x', ...attributes })

describe('Active Directory', () => {
  const state = accountState('activeDirectory', clock, undefined)
  const fileTime = (time: number) => String((BigInt(time) + 11_644_473_600_000n) * 10_000n)

  test.each([
    [{ userAccountControl: '512' }, undefined],
    [{ userAccountControl: '514' }, 'disabled'],
    [{ userAccountControl: '66050' }, 'disabled'],
    [{ accountExpires: '0' }, undefined],
    [{ accountExpires: '9223372036854775807' }, undefined],
    [{ accountExpires: fileTime(NOW) }, 'the account has expired'],
    [{ accountExpires: fileTime(NOW + 1000) }, undefined],
    [{ pwdLastSet: '0' }, 'must change the password first'],
    [{}, undefined],
  ])('%o: %s', (attributes, reason) => {
    expect(state.obstacle(entry({ userAccountControl: '512', ...attributes }))).toBe(reason)
  })

  test('one whose state is hidden is not taken for enabled', () => {
    expect(() => state.obstacle(entry({}))).toThrow(/cannot be read/)
  })
})

describe('what directories write into entries of people who may not come in', () => {
  const state = accountState('ppolicy', clock, undefined)
  const over = 'the account has expired'
  const early = 'the account is not valid yet'
  const day = Math.floor(NOW / 86_400_000)

  test.each<[Record<string, string | string[]>, string | undefined]>([
    [{}, undefined],
    [{ loginDisabled: 'TRUE' }, 'disabled'],
    [{ loginDisabled: 'FALSE' }, undefined],
    [{ 'ds-pwp-account-disabled': 'true' }, 'disabled'],
    [{ 'DS-PWP-Account-Disabled': 'true' }, 'disabled'],
    [{ 'ds-pwp-account-disabled': 'false' }, undefined],
    [{ nsAccountLock: 'TRUE' }, 'disabled'],
    [{ 'msDS-UserAccountDisabled': 'TRUE' }, 'disabled'],
    [{ userAccountControl: '514' }, 'disabled'],
    [{ userAccountControl: '512' }, undefined],
    [{ sambaAcctFlags: '[UD         ]' }, 'disabled'],
    [{ sambaAcctFlags: '[U          ]' }, undefined],
    [{ inetUserStatus: 'Inactive' }, 'disabled'],
    [{ inetUserStatus: 'active' }, undefined],
    [{ accountStatus: 'disabled' }, 'disabled'],
    [{ orclIsEnabled: 'DISABLED' }, 'disabled'],
    [{ pwdAccountLockedTime: '000001010000Z' }, 'locked'],
    [{ 'ibm-pwdAccountLocked': 'true' }, 'locked'],
    [{ pwdEndTime: '20260101000000Z' }, over],
    [{ pwdEndTime: '20260101000001Z' }, undefined],
    [{ pwdEndTime: 'nonsense' }, over],
    [{ pwdStartTime: '20260101000001Z' }, early],
    [{ pwdStartTime: '20260101000000Z' }, undefined],
    [{ pwdStartTime: 'nonsense' }, early],
    [{ krbPrincipalExpiration: '20251231235959Z' }, over],
    [{ loginExpirationTime: '20251231235959Z' }, over],
    [{ 'ds-pwp-account-expiration-time': '20251231235959Z' }, over],
    [{ accountExpires: '132000000000000000' }, over],
    [{ accountExpires: '0' }, undefined],
    [{ accountExpires: '9223372036854775807' }, undefined],
    [{ accountExpires: 'nonsense' }, over],
    [{ sambaKickoffTime: '1' }, over],
    [{ sambaKickoffTime: '2147483647' }, undefined],
    [{ shadowExpire: '1' }, over],
    [{ shadowExpire: '0' }, over],
    [{ shadowExpire: '-1' }, undefined],
    [{ shadowExpire: String(day) }, over],
    [{ shadowExpire: String(day + 1) }, undefined],
    [{ pwdReset: 'TRUE' }, 'must change the password first'],
    [{ loginDisabled: ['FALSE', 'TRUE'] }, 'disabled'],
    [{ pwdEndTime: ['20990101000000Z', '20200101000000Z'] }, over],
  ])('%o: %s', (attributes, reason) => {
    expect(state.obstacle(entry(attributes))).toBe(reason)
  })

  test('every attribute that is read is asked for', () => {
    const asked = new Set<string>()
    state.obstacle({
      dn: 'cn=x',
      text: () => undefined,
      texts: (attribute) => {
        asked.add(attribute)
        return []
      },
    })
    for (const attribute of asked) expect(state.attributes).toContain(attribute)
  })
})

test.each([
  ['20260101000000Z', NOW],
  ['202601010000Z', NOW],
  ['2026010100Z', NOW],
  ['20260101000000.123Z', NOW],
  ['20260101013000+0130', NOW],
  ['20251231200000-04', NOW],
  ['nonsense', Number.NEGATIVE_INFINITY],
  ['20261399000000Z', Number.NEGATIVE_INFINITY],
])('the time %s', (text, time) => {
  expect(readGeneralizedTime(text)).toBe(time)
})
