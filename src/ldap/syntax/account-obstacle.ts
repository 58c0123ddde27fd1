import type { Entry } from '../entry.ts'
import { commonNameOf } from './distinguished-name.ts'
import { readGeneralizedTime } from './generalized-time.ts'

/**
 * Returns the reason why the entry's own attributes forbid a login, or undefined.
 *
 * Reads the attributes of OpenLDAP, 389 Directory Server, FreeIPA, eDirectory, OpenDJ and similar, Oracle, IBM, Samba,
 * shadow accounts and Active Directory. One forbidding value is enough. An unreadable date counts as over.
 *
 * @param now - Milliseconds since 1970-01-01 UTC.
 */
export function accountObstacle(entry: Pick<Entry, 'texts'>, now: number): string | undefined {
  for (const [attribute, reasonOf] of READERS) {
    for (const value of entry.texts(attribute)) {
      const reason = reasonOf(value.trim(), now)
      if (reason !== undefined) return reason
    }
  }
  return undefined
}

type Reader = (value: string, now: number) => string | undefined

const DISABLED = 'disabled'
const EXPIRED = 'the account has expired'
const MUST_CHANGE = 'must change the password first'

/** The time of a permanent lockout by an administrator. */
const LOCKED_FOR_GOOD = '000001010000Z'
/** The bit `ACCOUNTDISABLE` of `userAccountControl`. */
const ACCOUNT_DISABLED = 2
/** Flags for "no tickets": MIT Kerberos sets the first in `krbTicketFlags`, Heimdal the second in `krb5KDCFlags`. */
const KRB_DISALLOW_ALL_TIX = 64
const KRB5_INVALID = 128
const DAY_MS = 86_400_000

const when =
  (pattern: RegExp, reason: string): Reader =>
  (value) =>
    pattern.test(value) ? reason : undefined

const isTrue = (reason: string) => when(/^(?:true|yes|1)$/i, reason)

const hasCommonName =
  (pattern: RegExp): Reader =>
  (value) =>
    pattern.test(commonNameOf(value) ?? '') ? DISABLED : undefined

const hasFlag =
  (flag: number): Reader =>
  (value) =>
    (Number(value) & flag) !== 0 ? DISABLED : undefined

const endsAt =
  (read: (value: string) => number): Reader =>
  (value, now) =>
    // The order of the comparison matters. Why: an unreadable date is NaN, and must count as over.
    now < read(value) ? undefined : EXPIRED

const beginsAt: Reader = (value, now) => {
  const start = readGeneralizedTime(value)
  return Number.isFinite(start) && start <= now ? undefined : 'the account is not valid yet'
}

/** In the order in which reasons are reported. */
const READERS: readonly (readonly [attribute: string, reader: Reader])[] = [
  ['pwdAccountLockedTime', (value) => (value === LOCKED_FOR_GOOD ? 'locked' : undefined)],
  ['nsAccountLock', isTrue(DISABLED)],
  ['loginDisabled', isTrue(DISABLED)],
  ['ds-pwp-account-disabled', isTrue(DISABLED)],
  ['msDS-UserAccountDisabled', isTrue(DISABLED)],
  ['ibm-pwdAccountLocked', isTrue('locked')],
  ['nsRoleDN', hasCommonName(/^ns(?:managed)?disabledrole$/i)],
  ['krbTicketFlags', hasFlag(KRB_DISALLOW_ALL_TIX)],
  ['krb5KDCFlags', hasFlag(KRB5_INVALID)],
  ['userAccountControl', hasFlag(ACCOUNT_DISABLED)],
  ['sambaAcctFlags', when(/^\[[^\]]*D/, DISABLED)],
  ['inetUserStatus', when(/^(?:inactive|deleted)$/i, DISABLED)],
  ['accountStatus', when(/^(?:noaccess|inactive|disabled|deleted|locked)$/i, DISABLED)],
  ['orclIsEnabled', when(/^(?:disabled|inactive|false)$/i, DISABLED)],
  ['pwdStartTime', beginsAt],
  ['ds-pwp-account-activation-time', beginsAt],
  ['orclActiveStartDate', beginsAt],
  ['loginActivationTime', beginsAt],
  ['krb5ValidStart', beginsAt],
  ['pwdEndTime', endsAt(readGeneralizedTime)],
  ['ds-pwp-account-expiration-time', endsAt(readGeneralizedTime)],
  ['loginExpirationTime', endsAt(readGeneralizedTime)],
  ['krbPrincipalExpiration', endsAt(readGeneralizedTime)],
  ['orclActiveEndDate', endsAt(readGeneralizedTime)],
  ['krb5ValidEnd', endsAt(readGeneralizedTime)],
  ['accountExpires', endsAt(readFileTime)],
  ['sambaKickoffTime', endsAt(readUnixTime)],
  ['shadowExpire', endsAt(readDay)],
  ['pwdReset', isTrue(MUST_CHANGE)],
  ['pwdLastSet', when(/^0$/, MUST_CHANGE)],
]

/** The attributes that {@link accountObstacle} reads. Directories ignore unknown attributes. */
export const OBSTACLE_ATTRIBUTES: readonly string[] = READERS.map(([attribute]) => attribute)

/** Converts tenths of microseconds since 1601. Two values mean "unlimited". */
function readFileTime(value: string): number {
  if (/^(?:0|9223372036854775807)$/.test(value)) return Number.POSITIVE_INFINITY
  return /^-?\d{1,20}$/.test(value) ? Number(BigInt(value) / 10_000n) - 11_644_473_600_000 : Number.NaN
}

/** Converts seconds since 1970. The largest value of 32 or 64 bits, and -1, mean "unlimited". */
function readUnixTime(value: string): number {
  if (/^(?:-1|2147483647|9223372036854775807)$/.test(value)) return Number.POSITIVE_INFINITY
  return /^\d{1,20}$/.test(value) ? Number(value) * 1000 : Number.NaN
}

/** Converts days since 1970 (shadow(5)). Values below 0 mean "unlimited". Day 0 counts as over, as in PAM. */
function readDay(value: string): number {
  if (/^-\d+$/.test(value)) return Number.POSITIVE_INFINITY
  return /^\d{1,9}$/.test(value) ? Number(value) * DAY_MS : Number.NaN
}
