import { ConfigurationError } from '../errors.ts'
import { warn } from '../warn.ts'
import { createKeyring, generateSecret, type Keyring, readSecrets } from './keyring.ts'

/**
 * The key ring of an application's sessions. A secret that is given is read at once; one that is missing is made up at
 * the first need, with a warning.
 *
 * @throws {ConfigurationError} when the secret is weak, or missing in production.
 */
export function sessionKeyring(
  secret: string | readonly string[] | undefined,
  application: string,
  production: boolean,
): () => Keyring {
  const purpose = { application, purpose: 'session' }
  if (secret !== undefined && secret !== '') {
    const keyring = createKeyring(readSecrets(secret), purpose)
    return () => keyring
  }
  if (production) {
    throw new ConfigurationError(
      'There is no session secret, and in production none is made up. ' +
        'Make one with `npx ostiary secret`, and give it to the application as OSTIARY_SECRET.',
    )
  }
  let madeUp: Keyring | undefined
  return () => {
    if (!madeUp) {
      warn(
        'OSTIARY_MADE_UP_SECRET',
        'There is no OSTIARY_SECRET, so one was made up for this process: sessions end with it.',
      )
      madeUp = createKeyring([generateSecret()], purpose)
    }
    return madeUp
  }
}
