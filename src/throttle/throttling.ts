import type { AuditLogger } from '../audit/audit-logger.ts'
import type { Clock } from '../clock.ts'
import type { AttemptLimiter } from '../login/attempt-limiter.ts'
import { audited } from '../login/audited.ts'
import type { LoginResult } from '../login/login-result.ts'
import type { CookieOrigin } from '../request-context.ts'
import { derivedKeyring } from '../sealing/derived-keyring.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { createSessionCookie, type SessionCookieOptions } from '../sealing/sealed-cookie.ts'
import type { SourceChain } from '../users/source-chain.ts'
import type { UserSource } from '../users/user-source.ts'
import { accountKey, accountName, countedName } from './account-key.ts'
import { type AttemptCounter, createAttemptCounter } from './attempt-counter.ts'
import { clientNetwork, widerNetwork } from './client-network.ts'
import { createDelayQueue } from './delay-queue.ts'
import { fallbackStore, ownMemory } from './fallback-store.ts'
import { createKnownDevices } from './known-devices.ts'
import { memoryThrottle } from './memory-throttle.ts'
import { createRefusalFloor } from './refusal-floor.ts'
import { type AttemptEnd, createThrottle } from './throttle.ts'
import { administerThrottle, type ThrottleAdministration } from './throttle-administration.ts'
import { readThrottleOptions, type ThrottleOptions } from './throttle-options.ts'
import { createProxySuspicion } from './untrusted-proxy.ts'

/** The throttling of logins, one for all that `withSource` makes of an Auth. */
export interface Throttling {
  ready(): Promise<void>
  /** The limits on attempts at the sources of a chain. */
  limiter(chain: SourceChain, audit: AuditLogger): AttemptLimiter
  /** Counts attempts of extensions. */
  readonly attempts: AttemptCounter
  administration(sources: readonly UserSource[]): ThrottleAdministration
  /** The `Set-Cookie` header by which a browser becomes a known device, if it is to become one. */
  deviceCookies(sealed: string | undefined, context: CookieOrigin): string[]
}

interface ThrottlingContext {
  readonly keyring: () => Keyring
  /** The options of the session cookie. The cookie of known devices has the same. */
  readonly cookie: SessionCookieOptions
  readonly production: boolean
  readonly application: string | undefined
  /** True when the keys come from a secret that other processes share. */
  readonly secretGiven: boolean
  readonly clock: Clock
}

/** @throws {ConfigurationError} when an option is out of range. */
export function createThrottling(
  options: ThrottleOptions,
  { keyring, cookie, production, application, secretGiven, clock }: ThrottlingContext,
): Throttling {
  const settings = readThrottleOptions(options)
  const store = options.store ?? memoryThrottle({ clock })
  const fallback = options.store ? fallbackStore(store, clock) : ownMemory(store)
  const throttle = createThrottle(settings, fallback, createDelayQueue(settings.maxWaiting, options.wait), clock)
  const deviceCookie = createSessionCookie(cookie, production, application, '-device')
  const devices = createKnownDevices(deviceCookie, derivedKeyring(keyring, 'device'), settings.deviceLifetimeMs, clock)
  const names = derivedKeyring(keyring, 'throttle')
  const floor = createRefusalFloor(settings.refusalFloorMs, options.wait)
  const suspectProxy = createProxySuspicion()
  // In the same order everywhere, whichever of the keys is the one that seals.
  const keysOf = (name: string) =>
    names()
      .keys.map(({ key }) => accountKey(name, key))
      .sort()

  return {
    ready: fallback.ready,
    attempts: createAttemptCounter(fallback, names, clock),

    limiter: (chain, audit) => ({
      deviceOf: (username, userId, context) =>
        devices.remember(context, accountName(username, realmsOf(chain.sources)), userId),

      async admit(attempt) {
        const { username, request: context } = attempt
        const realms = realmsOf(chain.sources)
        const name = accountName(username, realms)
        const client = clientNetwork(context.clientAddress)
        const device = devices.find(context, name)
        const admission = await throttle.admit(
          {
            accounts: keysOf(countedName(username, realms)),
            device,
            client,
            network: client && widerNetwork(client),
          },
          { mayBeDown: () => chain.mayBeDown(attempt), isDown: () => chain.isDown(attempt) },
        )
        if (!admission.admitted) {
          const { limit, during, retryAfterSeconds } = admission
          if (limit === 'client') suspectProxy(context)
          audit.record({
            type: 'login.throttled',
            limit,
            during,
            username: username.slice(0, 200),
            retryAfterSeconds,
            request: audited(context),
          })
          return { admitted: false, retryAfterSeconds }
        }
        const startedAt = performance.now()
        return {
          admitted: true,

          mayTell(said) {
            const isStrange = (id: string) => device === undefined || !devices.hasBeen(context, id)
            return admission.mayTell(said.outcome, (said.found ?? []).filter(isStrange).map(keysOf))
          },

          settle: (result) => admission.settle(endOf(result)),

          async conclude(result) {
            if (result.outcome === 'signed-in')
              return { ...result, device: devices.remember(context, name, result.session.userId) }
            await floor.hold(startedAt)
            return result
          },
        }
      },
    }),

    administration: (sources) =>
      administerThrottle(
        settings,
        store,
        fallback.clearLocally,
        (username) => keysOf(countedName(username, realmsOf(sources))),
        secretGiven,
      ),

    deviceCookies: (sealed, context) => (sealed === undefined ? [] : [devices.setCookie(sealed, context)]),
  }
}

function realmsOf(sources: readonly UserSource[]): string[] {
  return sources.map(({ realm }) => realm).filter((realm) => realm !== undefined)
}

/** Why an error is an outage: what fails is no wrong answer. */
function endOf(result: LoginResult | 'proved' | undefined): AttemptEnd {
  if (result === undefined) return 'outage'
  // Why: the password was right. The step counts its own attempts.
  if (result === 'proved' || result.outcome === 'step-required') return 'signed-in'
  if (result.outcome === 'signed-in' || result.outcome === 'refused') return result.outcome
  return result.outcome === 'unavailable' && result.answered ? 'half-outage' : 'outage'
}
