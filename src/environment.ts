/**
 * Tells whether the strict rules of production hold: the secret is required, the cookie is always `Secure`, and tests
 * cannot sign in without a password.
 *
 * True unless NODE_ENV is `development`, `test` or not set. Blanks around the value and capitals make no difference.
 * Why: a server whose NODE_ENV is `prod`, `staging` or misspelt is more likely a real server than a desk.
 *
 * ```ts
 * import { isProduction } from 'ostiary'
 *
 * const secret = isProduction() ? process.env.OSTIARY_SECRET : undefined
 * ```
 */
export function isProduction(nodeEnv: string | undefined = process.env.NODE_ENV): boolean {
  return kindOf(nodeEnv) === 'production'
}

/**
 * Tells whether NODE_ENV is explicitly `development` or `test`. False when NODE_ENV is unset.
 *
 * For switches that would open a real server to all users. Why: such a switch needs an explicit statement that the
 * server is only for development or tests.
 *
 * ```ts
 * import { isDevelopment } from 'ostiary'
 *
 * if (isDevelopment()) console.log('Sign in as anna with "nine purple lanterns".')
 * ```
 */
export function isDevelopment(nodeEnv: string | undefined = process.env.NODE_ENV): boolean {
  return kindOf(nodeEnv) === 'development'
}

/** Describes NODE_ENV for messages: `NODE_ENV is "staging", which counts as production`. */
export function describeEnvironment(nodeEnv: string | undefined = process.env.NODE_ENV): string {
  const kind = kindOf(nodeEnv)
  if (kind === 'unset') return 'NODE_ENV is not set'
  const said = `NODE_ENV is ${JSON.stringify(nodeEnv?.slice(0, 40))}`
  return kind === 'production' && normalised(nodeEnv) !== 'production' ? `${said}, which counts as production` : said
}

function kindOf(nodeEnv: string | undefined): 'development' | 'unset' | 'production' {
  const value = normalised(nodeEnv)
  if (value === '') return 'unset'
  return value === 'development' || value === 'test' ? 'development' : 'production'
}

function normalised(nodeEnv = ''): string {
  return nodeEnv.trim().toLowerCase()
}
