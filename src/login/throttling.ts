import type { AuditTrail } from '../audit/audit-trail.ts'
import type { Clock } from '../clock.ts'
import { derivedKeyring } from '../sessions/derived-keyring.ts'
import type { Keyring } from '../sessions/keyring.ts'
import { type Connection, createSessionCookie, type SessionCookieOptions } from '../sessions/session-cookie.ts'
import type { UserSource } from '../users/user-source.ts'
import { accountKey, accountName } from './account-key.ts'
import { clientNetwork } from './client-network.ts'
import { insuredStore, ownMemory } from './insured-store.ts'
import { createKnownDevices } from './known-devices.ts'
import { audited, type Login, type LoginResult } from './login.ts'
import { memoryThrottle } from './memory-throttle.ts'
import { type AttemptEnd, createThrottle } from './throttle.ts'
import { administerThrottle, type ThrottleAdministration } from './throttle-administration.ts'
import { readThrottleOptions, type ThrottleOptions } from './throttle-options.ts'
import { createProxySuspicion } from './untrusted-proxy.ts'
import { createWaitingRoom } from './waiting-room.ts'

/** The throttling of logins, one for all that `withSource` makes of an Auth. */
export interface Throttling {
  ready(): Promise<void>
  /** The same login, behind the throttle: the sources are not asked before it has let an attempt through. */
  guard(login: Login, sources: readonly UserSource[], audit: AuditTrail): Login
  administration(sources: readonly UserSource[]): ThrottleAdministration
  /** The `Set-Cookie` header by which a browser becomes a known device, if it is to become one. */
  deviceCookies(sealed: string | undefined, connection: Connection): string[]
}

interface ThrottlingContext {
  readonly keyring: () => Keyring
  /** How the session cookie looks: that of known devices looks the same. */
  readonly cookie: SessionCookieOptions
  readonly production: boolean
  /** Whether the keys are made of a secret that other processes have, too. */
  readonly secretGiven: boolean
  readonly clock: Clock
}

/** @throws {ConfigurationError} when an option is out of range. */
export function createThrottling(
  options: ThrottleOptions,
  { keyring, cookie, production, secretGiven, clock }: ThrottlingContext,
): Throttling {
  const settings = readThrottleOptions(options)
  const store = options.store ?? memoryThrottle({ clock })
  const insured = options.store ? insuredStore(store, clock) : ownMemory(store)
  const throttle = createThrottle(settings, insured, createWaitingRoom(settings.maxWaiting, options.wait), clock)
  const deviceCookie = createSessionCookie({ ...cookie, name: deviceCookieName(cookie.name) }, production)
  const devices = createKnownDevices(deviceCookie, derivedKeyring(keyring, 'device'), settings.deviceLifetimeMs, clock)
  const names = derivedKeyring(keyring, 'throttle')
  const suspectProxy = createProxySuspicion()
  // In the same order everywhere, whichever of the keys is the one that seals.
  const keysOf = (name: string) =>
    names()
      .keys.map(({ key }) => accountKey(name, key))
      .sort()

  return {
    ready: insured.ready,

    guard: (login, sources, audit) => ({
      ...login,

      async signIn(form, request, before, visit) {
        const name = accountName(form.username, realmsOf(sources))
        const admission = await throttle.admit({
          accounts: keysOf(name),
          device: devices.find(visit, name),
          network: clientNetwork(request.clientAddress),
        })
        if (!admission.admitted) {
          const { limit, retryAfterSeconds } = admission
          if (limit === 'client') suspectProxy(request)
          const username = form.username.slice(0, 200)
          audit.record({
            type: 'login.throttled',
            limit,
            username,
            retryAfterSeconds,
            request: audited(request),
          })
          return { outcome: 'throttled', retryAfterSeconds }
        }
        // What fails is no wrong answer.
        let end: AttemptEnd = 'outage'
        try {
          const result = await login.signIn(form, request, before, visit)
          end = endOf(result)
          return result.outcome === 'signed-in' ? { ...result, device: devices.remember(visit, name) } : result
        } finally {
          await admission.settle(end)
        }
      },
    }),

    administration: (sources) =>
      administerThrottle(
        settings,
        store,
        insured.clearLocally,
        (username) => keysOf(accountName(username, realmsOf(sources))),
        clientNetwork,
        secretGiven,
      ),

    deviceCookies: (sealed, connection) => (sealed === undefined ? [] : [devices.setCookie(sealed, connection)]),
  }
}

/** No longer than a name may be. */
function deviceCookieName(sessionCookieName = 'ostiary'): string {
  return `${sessionCookieName.slice(0, 57)}-device`
}

function realmsOf(sources: readonly UserSource[]): string[] {
  return sources.map(({ realm }) => realm).filter((realm) => realm !== undefined)
}

function endOf(result: LoginResult): AttemptEnd {
  if (result.outcome === 'signed-in' || result.outcome === 'refused') return result.outcome
  return result.outcome === 'unavailable' && result.answered ? 'half-outage' : 'outage'
}
