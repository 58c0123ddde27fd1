import { ConfigurationError } from './errors.ts'
import { reasonOf } from './reason-of.ts'

/**
 * Loads packages that are optional peer dependencies, at their first use.
 *
 * @param user What needs the packages, for the message: `oidcLogin()`.
 * @throws {ConfigurationError} when a package is missing, which says what to install, or fails to load, which says why.
 */
export async function loadPackage<T>(user: string, packages: readonly string[], load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    const names = packages.map((name) => `"${name}"`).join(' and ')
    const noun = packages.length === 1 ? 'the package' : 'the packages'
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    const why = isMissing ? `npm install ${packages.join(' ')}` : `it cannot be loaded: ${reasonOf(cause)}`
    throw new ConfigurationError(`${user} needs ${noun} ${names}: ${why}`, { cause })
  }
}
