import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { reasonOf } from '../reason-of.ts'
import { misused } from './cli-error.ts'

/**
 * Loads a configuration and returns its default export, whatever TypeScript or JavaScript it is written in.
 *
 * Node loads it where it can: that is quick. What Node does not take, jiti does: `./auth.js` for `auth.ts`, imports
 * without an ending, `paths` of tsconfig.json, enums, CommonJS in TypeScript, any TypeScript before Node 22.18.
 *
 * Why jiti: 1.8 MB without dependencies of its own, kept by the people of Nuxt, and the loader of ESLint's configuration.
 * Packages it leaves to Node, so that `ostiary` is one copy here and in the application. tsx needs esbuild, a binary of
 * 10 MB for each platform; c12 brings jiti and twelve packages more. Why it keeps no cache: who could write to that could
 * say who may come in.
 *
 * @throws {CliError} that says what is wrong with the file and what to do.
 */
export async function loadConfig(file: string): Promise<unknown> {
  try {
    if (isTypeScript(file) && !process.features.typescript) return await loadByJiti(file)
    return defaultOf(await import(pathToFileURL(file).href))
  } catch (cause) {
    if (!isAboutSyntax(cause)) throw cannotLoad(file, cause)
    // Why nothing runs twice: Node links all files before it runs the first.
    return loadByJiti(file, cause)
  }
}

async function loadByJiti(file: string, failure?: unknown): Promise<unknown> {
  const createJiti = await jiti(file, failure)
  try {
    const load = createJiti(pathToFileURL(file).href, { fsCache: false, tsconfigPaths: true, interopDefault: false })
    const module = await load.import<object>(file)
    // What `export =` or `module.exports =` gives is the module itself.
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

/** A configuration that was compiled to CommonJS has its default export one level further down. */
function defaultOf(module: { readonly default?: unknown; readonly __esModule?: unknown }): unknown {
  const given = module.default as { readonly default?: unknown; readonly __esModule?: unknown } | null | undefined
  const isCompiled = typeof given === 'object' && given !== null && given.__esModule === true
  return isCompiled && 'default' in given ? given.default : given
}

function isTypeScript(file: string): boolean {
  return /^\.[mc]?ts$/.test(extname(file))
}

/** Errors of a file that was not found or not understood, before anything of it has run. */
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
