import { ConfigurationError } from '../errors.ts'

/** One text with a secret, or several with commas or line breaks between them; or a list. The first one seals. */
export type SessionSecret = string | readonly string[]

/** A secret, or a function that gets it from somewhere: called by `auth.ready()` and by `auth.reloadKeys()`. */
export type SessionSecretSource = SessionSecret | (() => SessionSecret | Promise<SessionSecret>)

/** Where the secret of an application comes from, so that it can be read again. */
export type SecretSource =
  | { readonly deferred: false; read(): SessionSecret | undefined }
  /** Not before `ready()`: reading it takes a disk, a network, or a function that nobody knows. */
  | { readonly deferred: true; read(): Promise<SessionSecret> }

/**
 * Finds where the secret comes from: the application's code, or else OSTIARY_SECRET, or else the file that
 * OSTIARY_SECRET_FILE names, as containers hand over secrets.
 *
 * @throws {ConfigurationError} when both variables are set: one of them is not meant.
 */
export function secretSource(given: SessionSecretSource | undefined): SecretSource {
  if (typeof given === 'function') return { deferred: true, read: () => ask(given) }
  const text = process.env.OSTIARY_SECRET
  const file = process.env.OSTIARY_SECRET_FILE
  const secret = given ?? text
  if (!file) return { deferred: false, read: () => given ?? process.env.OSTIARY_SECRET }
  if (secret === undefined || secret === '') return { deferred: true, read: () => readSecretFile(file) }
  if (secret === text)
    throw new ConfigurationError('OSTIARY_SECRET and OSTIARY_SECRET_FILE are both set. Set one of them.')
  return { deferred: false, read: () => secret }
}

async function ask(give: () => SessionSecret | Promise<SessionSecret>): Promise<SessionSecret> {
  try {
    return await give()
  } catch (cause) {
    throw new ConfigurationError('The function that gives the session secret failed.', { cause })
  }
}

async function readSecretFile(file: string): Promise<string> {
  // Imported here, since most applications have no such file, and everyone would wait for it to load.
  const { readFile } = await import('node:fs/promises')
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    // Neither the name nor a cause that shows it: somebody may have put the secret itself there.
    const { code = 'no reason given' } = error as NodeJS.ErrnoException
    throw new ConfigurationError(`The file that OSTIARY_SECRET_FILE names cannot be read: ${code}.`)
  }
}
