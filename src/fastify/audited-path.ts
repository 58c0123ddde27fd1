import type { FastifyRequest } from 'fastify'

/**
 * Returns the path of a request, without the query and without a user, a password or a host in front. Why: these parts
 * may be secret. The query begins where Fastify begins it: at `?`, at `#`, and with `useSemicolonDelimiter` at `;`.
 */
export function auditedPath({ url, server }: Pick<FastifyRequest, 'url' | 'server'>): string {
  const { routerOptions, useSemicolonDelimiter } = server.initialConfig
  // Why the cast: Fastify's types omit the option here.
  const ofRouter = routerOptions as { readonly useSemicolonDelimiter?: boolean } | undefined
  const semicolon = ofRouter?.useSemicolonDelimiter || useSemicolonDelimiter
  // Removes scheme and host of the absolute form (RFC 9112, section 3.2.2).
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '')
  return path.split(semicolon ? /[?#;]/ : /[?#]/, 1)[0] || '/'
}
