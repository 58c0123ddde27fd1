import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Auth } from '../index.ts'
import { misused } from './cli-error.ts'
import { authOfDatabase } from './database-only.ts'
import { loadConfig } from './load-config.ts'

/** The Auth that a command works on. */
export interface LoadedAuth {
  readonly auth: Auth
  /** True when the application's roles are known. A database alone does not know them. */
  readonly knowsRoles: boolean
  close(): Promise<void>
}

/** Loads the Auth: from the named file, from a configuration in the working directory, or from its database. */
export async function loadAuth(config: string | undefined): Promise<LoadedAuth> {
  const file = config === undefined ? CONFIG_FILES.find((name) => existsSync(name)) : config
  if (file !== undefined) return authOfFile(resolve(file))
  const databaseUrl = process.env.OSTIARY_DATABASE_URL
  if (databaseUrl) return authOfDatabase(databaseUrl)
  throw misused(NOT_FOUND)
}

/** The names of a configuration, in the order of the search. */
export const CONFIG_FILES = ['ts', 'js', 'mjs', 'mts', 'cts', 'cjs'].map((ending) => `ostiary.config.${ending}`)

const NOT_FOUND = `There is no configuration. Say in one of three ways where the users are:
  a file ostiary.config.ts, .js or .mjs in the working directory, whose default export is the application's Auth
  --config <file>, for such a file elsewhere
  OSTIARY_DATABASE_URL=sqlite:<file>, for the database alone, in the environment or in .env
In a new project, \`ostiary init\` writes a configuration.`

async function authOfFile(file: string): Promise<LoadedAuth> {
  if (!existsSync(file)) throw misused(`There is no file ${file}.`)
  const auth = await loadConfig(file)
  if (!isAuth(auth)) {
    throw misused(
      `The default export of ${file} is no Auth: export what createAuth() returned, ` +
        "such as `export { auth as default } from './auth.ts'`, or `exports.default = auth` in CommonJS.",
    )
  }
  return { auth, knowsRoles: true, close: () => auth.close() }
}

/** Checks the shape only, because another copy of this package may have made the Auth. */
function isAuth(value: unknown): value is Auth {
  if (typeof value !== 'object' || value === null) return false
  const { roles, sources, sessions, close } = value as Partial<Auth>
  return (
    Array.isArray(roles) &&
    Array.isArray(sources) &&
    typeof sessions?.revoke === 'function' &&
    typeof close === 'function'
  )
}
