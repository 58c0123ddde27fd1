import { ConfigurationError } from '../errors.ts'

/** Secrets in one text, with commas or line breaks between them, or in a list. The first secret seals. */
export type SessionSecret = string | readonly string[]

/** A secret, or a function that fetches it. The function is called by `auth.ready()` and by `auth.reloadKeys()`. */
export type SessionSecretSource = SessionSecret | (() => SessionSecret | Promise<SessionSecret>)

/** The source of the secret of an application. It can be read again. */
export type SecretSource =
  | { readonly deferred: false; read(): SessionSecret | undefined }
  /** Read by `ready()`, and later. Why: reading needs a disk, a network, or a function of the application. */
  | { readonly deferred: true; read(): Promise<SessionSecret> }

/**
 * Finds the source of the secret: the code of the application, or else OSTIARY_SECRET, or else the file that
 * OSTIARY_SECRET_FILE names. Containers hand over secrets in files.
 *
 * @throws {ConfigurationError} when both variables are set: only one can be meant.
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
  // Imported on demand. Why: most applications have no such file, and loading the module takes time.
  const { readFile } = await import('node:fs/promises')
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    // The message leaves out the file name, and a cause that shows it. Why: the variable may hold the secret itself.
    const { code = 'no reason given' } = error as NodeJS.ErrnoException
    throw new ConfigurationError(`The file that OSTIARY_SECRET_FILE names cannot be read: ${code}.`)
  }
}
