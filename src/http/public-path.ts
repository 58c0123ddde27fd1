import { ConfigurationError } from '../errors.ts'
import { type ReturnRules, returnPath } from './return-path.ts'

/** The paths of the login and of what lies around it, as browsers see them. */
export interface PublicPaths {
  readonly login: string
  readonly logout: string
  /** The first page of the application: a path, or a URL at a trusted origin. */
  readonly home: string
  /** How a browser sees a path that the application sees. */
  of(path: string): string
  /** Where a login leads: `next`, or else home. */
  after(next: unknown): string
  /** What a login form carries along: `next` in one spelling, or undefined where it leads home anyway. */
  carried(next: unknown): string | undefined
}

/** What an application says about its paths. */
export interface PublicPathInput {
  /** Where the login routes are, as the application sees it. */
  readonly prefix: string
  /** What stands in front of every path before a proxy, or `rewriteUrl`, takes it away. */
  readonly publicPath?: string | undefined
  readonly home?: string | undefined
  /** Other origins where a login may end. */
  readonly origins: ReadonlySet<string>
}

/** @throws {ConfigurationError} when a path is none, or `home` leads to an origin that is not among `origins`. */
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
    after,
    carried(next) {
      const path = after(next)
      return path === rules.home ? undefined : path
    },
  }
}

/** Whether it is a path such as `/auth` or `/apps/one`, or nothing: letters, digits and `.`, `_`, `~`, `-`. */
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
