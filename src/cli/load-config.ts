import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { reasonOf } from '../reason-of.ts'
import { misused } from './cli-error.ts'

/**
 * Loads a configuration and returns its default export. It may be written in any TypeScript or JavaScript.
 *
 * Node loads the file where it can, because that is quick. jiti loads the rest:
 *
 * - `./auth.js` for `auth.ts`, and imports without an ending
 * - `paths` of tsconfig.json
 * - enums, and CommonJS in TypeScript
 * - any TypeScript before Node 22.18
 *
 * Why jiti: it has 1.8 MB without dependencies of its own, is maintained at Nuxt, and loads ESLint's configuration. It
 * leaves packages to Node. Therefore `ostiary` is one copy here and in the application. The alternatives are larger:
 * tsx needs esbuild, a binary of 10 MB for each platform, and c12 brings jiti and twelve more packages.
 *
 * Why jiti's cache is off: a user who can write to the cache could decide who is let in.
 *
 * @throws {CliError} when loading fails. The message says what is wrong with the file, and what to do.
 */
export async function loadConfig(file: string): Promise<unknown> {
  try {
    if (isTypeScript(file) && !process.features.typescript) return await loadByJiti(file)
    return defaultOf(await import(pathToFileURL(file).href))
  } catch (cause) {
    if (!isAboutSyntax(cause)) throw cannotLoad(file, cause)
    // The file runs only once. Why: Node links all files before it runs the first.
    return loadByJiti(file, cause)
  }
}

async function loadByJiti(file: string, failure?: unknown): Promise<unknown> {
  const createJiti = await jiti(file, failure)
  try {
    const load = createJiti(pathToFileURL(file).href, { fsCache: false, tsconfigPaths: true, interopDefault: false })
    const module = await load.import<object>(file)
    // The value of `export =` or `module.exports =` is the module itself.
    return defaultOf('default' in module ? module : { default: module })
  } catch (cause) {
    throw cannotLoad(file, cause)
  }
}

async function jiti(file: string, failure: unknown) {
  try {
    return (await import('jiti')).createJiti
  } catch (cause) {
    throw misused(
      `${file} is written in a way that Node ${process.versions.node} does not load by itself` +
        `${failure === undefined ? '' : ` (${firstLine(failure)})`}. Install the loader for it: npm install -D jiti`,
      { cause },
    )
  }
}

/**
 * Returns the default export. A configuration that was compiled to CommonJS has its default export one level deeper.
 */
function defaultOf(module: { readonly default?: unknown; readonly __esModule?: unknown }): unknown {
  const given = module.default as { readonly default?: unknown; readonly __esModule?: unknown } | null | undefined
  const isCompiled = typeof given === 'object' && given !== null && given.__esModule === true
  return isCompiled && 'default' in given ? given.default : given
}

function isTypeScript(file: string): boolean {
  return /^\.[mc]?ts$/.test(extname(file))
}

/** True for errors of a file that was missing or could not be parsed. They come before any code of the file has run. */
function isAboutSyntax(error: unknown): boolean {
  if (error instanceof SyntaxError) return true
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return UNLOADED.has(code) || (error instanceof ReferenceError && /ES module scope/.test(error.message))
}

const UNLOADED = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
  'ERR_UNSUPPORTED_RESOLVE_REQUEST',
])

function cannotLoad(file: string, cause: unknown) {
  return misused(`${file} cannot be loaded: ${firstLine(cause)}${advice(cause)}`, { cause })
}

function firstLine(cause: unknown): string {
  return reasonOf(cause).split('\n')[0] ?? ''
}

function advice(cause: unknown): string {
  const message = reasonOf(cause)
  const [, missing = ''] = /Cannot find (?:module|package) '([^']+)'/.exec(message) ?? []
  if (/^[@\w]/.test(missing) && !existsSync(missing))
    return `. Install it (npm install ${missing.split('/', missing.startsWith('@') ? 2 : 1).join('/')}), or add it to "paths" of tsconfig.json.`
  if (missing !== '') return '. Correct the import, or put the file there.'
  return ''
}
