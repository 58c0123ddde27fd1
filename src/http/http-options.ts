import type { Auth } from '../auth.ts'
import { ConfigurationError } from '../errors.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { createPages, type Pages, type PagesOptions } from '../pages/pages.ts'
import { reasonOf } from '../reason-of.ts'
import type { Extension } from './extension.ts'
import { isPath, type PublicPaths, readPublicPaths } from './public-path.ts'
import type { AnonymousAnswer } from './refusals.ts'
import { readOrigins } from './trusted-origins.ts'

/** The options that every adapter has. */
export interface HttpOptions {
  /** The `Auth` that `createAuth()` returned. */
  readonly auth: Auth
  /** The path above the login endpoints, as the application sees it. Default: `/auth`. */
  readonly prefix?: `/${string}` | ''
  /** The path in front of every path, which a proxy removes. Default: empty. */
  readonly publicPath?: `/${string}` | ''
  /** The first page of the application: a path, or a URL at a trusted origin. Default: `/` below the public path. */
  readonly home?: string
  /** The answer for anonymous users at a guarded route. Default: `forbid`. */
  readonly anonymous?: AnonymousAnswer
  /** True when the login page offers to stay signed in. Default: true. */
  readonly persistent?: boolean
  /** Texts, looks and templates of the pages. */
  readonly pages?: PagesOptions
  /** Exact origins whose pages may sign users in and out here. Default: empty. */
  readonly trustedOrigins?: readonly string[]
  /** Exact origins where a login may lead, beside the trusted origins. Default: empty. */
  readonly returnOrigins?: readonly string[]
  /** Features that add endpoints. */
  readonly extensions?: readonly Extension[]
}

/** The options, read once. */
export interface HttpSettings {
  readonly auth: Auth
  readonly prefix: string
  readonly anonymous: AnonymousAnswer
  readonly persistentOffered: boolean
  readonly pages: Pages
  readonly paths: PublicPaths
  readonly trustedOrigins: ReadonlySet<string>
  readonly extensions: readonly Extension[]
}

/** Reads the options. @throws {ConfigurationError} that names the invalid option, and says what to do. */
export function readHttpOptions(options: HttpOptions): HttpSettings {
  assertKnownOptions('The option pages of ostiary', options.pages, PAGES_OPTIONS)
  const { auth, prefix = '/auth', publicPath, home, anonymous = 'forbid', persistent = true, extensions = [] } = options
  if (typeof auth?.authenticateRequest !== 'function')
    throw new ConfigurationError('Register ostiary with what createAuth() returned: app.register(ostiary, { auth }).')
  if (typeof prefix !== 'string' || !isPath(prefix))
    throw new ConfigurationError(
      `The prefix of the login routes is a path such as "/auth", not ${JSON.stringify(prefix)}.`,
    )
  if (!['forbid', 'challenge', 'login'].includes(anonymous))
    throw new ConfigurationError('anonymous is "forbid", "challenge" or "login".')
  const trustedOrigins = readOrigins(options.trustedOrigins, 'trustedOrigins')
  const origins = new Set([...trustedOrigins, ...readOrigins(options.returnOrigins, 'returnOrigins')])
  return {
    auth,
    prefix,
    anonymous,
    persistentOffered: persistent,
    pages: pagesOf(options.pages, origins),
    paths: readPublicPaths({ prefix, publicPath, home, origins }),
    trustedOrigins,
    extensions,
  }
}

function pagesOf(options: PagesOptions | undefined, formOrigins: Iterable<string>): Pages {
  try {
    return createPages(options, formOrigins)
  } catch (cause) {
    throw new ConfigurationError(`The pages of ostiary: ${reasonOf(cause)}`, { cause })
  }
}

/** The names of {@link HttpOptions}, for adapters that refuse unknown options. */
export const HTTP_OPTIONS: OptionNames<HttpOptions> = {
  auth: true,
  prefix: true,
  publicPath: true,
  home: true,
  anonymous: true,
  persistent: true,
  pages: true,
  trustedOrigins: true,
  returnOrigins: true,
  extensions: true,
}

const PAGES_OPTIONS: OptionNames<PagesOptions> = {
  title: true,
  messages: true,
  defaultLanguage: true,
  logo: true,
  icon: true,
  links: true,
  script: true,
  stylesheet: true,
  login: true,
  logout: true,
  notice: true,
  texts: true,
}
