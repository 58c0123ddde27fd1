import { describeEnvironment } from '../environment.ts'
import { ConfigurationError } from '../errors.ts'
import { warn } from '../warn.ts'
import { createKeyring, generateSecret, type Keyring, readSecrets } from './keyring.ts'
import type { SecretSource, SessionSecret } from './secret-source.ts'

/** The key ring of an application's sessions, which can be replaced while it is in use. */
export interface ReloadableKeyring {
  /**
   * Returns the ring in force. To be called at every use. Why: a kept ring may be outdated.
   *
   * @throws {ConfigurationError} as long as a deferred secret has not been read.
   */
  readonly inForce: () => Keyring
  /** Reads a deferred secret once. @throws {ConfigurationError} when the secret is unusable. */
  ready(): Promise<void>
  /**
   * Reads the secret again, or takes the given secret, and puts its ring in force at once.
   *
   * @throws {ConfigurationError} when a secret is weak or missing: the ring in force stays.
   */
  reload(secret?: SessionSecret): Promise<Keyring>
}

/**
 * Creates a key ring. A secret that is at hand is read at once. A missing secret is generated at the first use, with a
 * warning.
 *
 * @throws {ConfigurationError} when the secret is weak, or missing in production.
 */
export function reloadableKeyring(source: SecretSource, application: string, production: boolean): ReloadableKeyring {
  const purpose = { application, purpose: 'session' }
  const ringOf = (secret: SessionSecret): Keyring => createKeyring(readSecrets(secret), purpose)
  let ring = source.deferred ? undefined : ringAtHand(source.read())
  let madeUp: Keyring | undefined
  // Readings may overtake each other: an older reading must not replace a newer one.
  let lastTurn = 0
  let turnInForce = 0

  function ringAtHand(secret: SessionSecret | undefined): Keyring | undefined {
    if (secret !== undefined && secret !== '') return ringOf(secret)
    if (!production) return undefined
    throw missing(`and in production none is made up (${describeEnvironment()}).`)
  }

  function inForce(): Keyring {
    if (ring) return ring
    if (source.deferred)
      throw new ConfigurationError('The session secret has not been read yet: await auth.ready() first.')
    warn(
      'OSTIARY_MADE_UP_SECRET',
      'There is no OSTIARY_SECRET, so one was made up for this process: sessions end with it.',
    )
    madeUp = createKeyring([generateSecret()], purpose)
    ring = madeUp
    return ring
  }

  async function readAgain(): Promise<Keyring> {
    if (source.deferred) return ringOf(await source.read())
    const atHand = ringAtHand(source.read())
    if (atHand) return atHand
    // The secret was missing before as well: the generated ring stays.
    if (ring === madeUp) return inForce()
    throw missing('where there was one before.')
  }

  async function reload(secret?: SessionSecret): Promise<Keyring> {
    lastTurn += 1
    const turn = lastTurn
    const next = secret === undefined ? await readAgain() : ringOf(secret)
    if (turn < turnInForce) return inForce()
    turnInForce = turn
    ring = next
    return next
  }

  return {
    inForce,
    async ready() {
      if (!ring && source.deferred) await reload()
      inForce()
    },
    reload,
  }
}

function missing(where: string): ConfigurationError {
  return new ConfigurationError(
    `There is no session secret, ${where} ` +
      'Make one with `npx ostiary secret`, and give it to the application as OSTIARY_SECRET.',
  )
}
