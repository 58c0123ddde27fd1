import { ConfigurationError } from '../errors.ts'
import { type ReturnRules, returnPath } from './return-path.ts'

/** The paths of login, logout and home, as browsers see them. */
export interface PublicPaths {
  readonly login: string
  readonly logout: string
  /** The first page of the application: a path, or a URL at a trusted origin. */
  readonly home: string
  /** Returns the path for browsers of a path in the application. */
  of(path: string): string
  /** Returns the path for browsers of a path below the prefix of the login endpoints: `/auth/login` of `/login`. */
  below(path: string): string
  /** Returns the page after a login: `next` when it may be followed, or else home. */
  after(next: unknown): string
  /** Returns the `next` of a login form in one spelling. Undefined when `next` leads home anyway. */
  carried(next: unknown): string | undefined
}

/** The options about the paths of an application. */
export interface PublicPathInput {
  /** The path above the login endpoints, as the application sees it. */
  readonly prefix: string
  /** The path in front of every path, which a proxy or `rewriteUrl` removes. */
  readonly publicPath?: string | undefined
  readonly home?: string | undefined
  /** Other origins where a login may end. */
  readonly origins: ReadonlySet<string>
}

/**
 * Reads the paths. @throws {ConfigurationError} when a path is invalid, or `home` leads to an origin outside `origins`.
 */
export function readPublicPaths({ prefix, publicPath = '', home, origins }: PublicPathInput): PublicPaths {
  if (typeof publicPath !== 'string' || !isPath(publicPath)) {
    throw new ConfigurationError(
      `publicPath is what a proxy takes off the path, such as "/app", not ${JSON.stringify(publicPath)}.`,
    )
  }
  const rules: ReturnRules = { home: readHome(home === undefined ? `${publicPath}/` : home, origins), origins }
  const of = (path: string) => publicPath + path
  const after = (next: unknown) => returnPath(next, rules)
  return {
    login: of(`${prefix}/login`),
    logout: of(`${prefix}/logout`),
    home: after(undefined),
    of,
    below: (path) => of(prefix + path),
    after,
    carried(next) {
      const path = after(next)
      return path === rules.home ? undefined : path
    },
  }
}

/** Returns true for a path such as `/auth` or `/apps/one` (letters, digits and `.`, `_`, `~`, `-`), and for ''. */
export function isPath(text: string): boolean {
  return /^(?:\/[\w.~-]+)*$/.test(text)
}

function readHome(home: unknown, origins: ReadonlySet<string>): string {
  const path = returnPath(home, { home: '', origins })
  if (path !== '') return path
  throw new ConfigurationError(
    `home is a path such as "/start", or a URL at one of returnOrigins or trustedOrigins, not ${JSON.stringify(home)}.`,
  )
}
