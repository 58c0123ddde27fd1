import { describeEnvironment } from '../environment.ts'
import { ConfigurationError } from '../errors.ts'
import { warn } from '../warn.ts'
import { createKeyring, generateSecret, type Keyring, readSecrets } from './keyring.ts'
import type { SecretSource, SessionSecret } from './secret-source.ts'

/** The key ring of an application's sessions, which can be replaced while it is in use. */
export interface ReloadableKeyring {
  /**
   * The ring in force. To be asked for at every use, and never kept.
   *
   * @throws {ConfigurationError} as long as a deferred secret has not been read.
   */
  readonly inForce: () => Keyring
  /** Reads a deferred secret, unless that has been done. @throws {ConfigurationError} when it cannot be used. */
  ready(): Promise<void>
  /**
   * Reads the secret again, or takes the one that is given, and puts its ring in force at one stroke.
   *
   * @throws {ConfigurationError} when any of the secrets is weak, or there is none: the ring in force stays.
   */
  reload(secret?: SessionSecret): Promise<Keyring>
}

/**
 * A secret that is at hand is read at once; one that is missing is made up at the first need, with a warning.
 *
 * @throws {ConfigurationError} when the secret is weak, or missing in production.
 */
export function reloadableKeyring(source: SecretSource, application: string, production: boolean): ReloadableKeyring {
  const purpose = { application, purpose: 'session' }
  const ringOf = (secret: SessionSecret): Keyring => createKeyring(readSecrets(secret), purpose)
  let ring = source.deferred ? undefined : ringAtHand(source.read())
  let madeUp: Keyring | undefined
  // Reading takes its time, and no two readings the same: what was read first never replaces what was read later.
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
    // There was none before either.
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
