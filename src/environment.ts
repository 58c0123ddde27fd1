/**
 * Whether the strict rules of production hold: the secret is a must, the cookie is `Secure` without exception, and no test
 * signs in without a password.
 *
 * True unless NODE_ENV is `development`, `test` or not set. Blanks around the value and capitals make no difference.
 * Why: a server whose NODE_ENV is `prod`, `staging` or misspelt is more likely a real server than a desk.
 *
 * ```ts
 * if (!isProduction()) await addExampleUsers()
 * ```
 */
export function isProduction(nodeEnv: string | undefined = process.env.NODE_ENV): boolean {
  return kindOf(nodeEnv) === 'production'
}

/**
 * Whether NODE_ENV says in so many words that this is `development` or a `test`. False where it is not set.
 *
 * For what would open a real server to everybody: such a switch needs somebody who said that this is no real server.
 */
export function isDevelopment(nodeEnv: string | undefined = process.env.NODE_ENV): boolean {
  return kindOf(nodeEnv) === 'development'
}

/** What NODE_ENV says, for messages: `NODE_ENV is "staging", which counts as production`. */
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
