import type { FastifyRequest } from 'fastify'

/**
 * The path that a request asks for, without its query and without a user, a password or a host before it: they may be
 * nobody's business. The query begins where Fastify has it begin: at `?`, at `#`, and with `useSemicolonDelimiter` at `;`.
 */
export function auditedPath({ url, server }: Pick<FastifyRequest, 'url' | 'server'>): string {
  const { routerOptions, useSemicolonDelimiter } = server.initialConfig
  // Fastify's types do not have it here.
  const ofRouter = routerOptions as { readonly useSemicolonDelimiter?: boolean } | undefined
  const semicolon = ofRouter?.useSemicolonDelimiter || useSemicolonDelimiter
  // The absolute form of RFC 9112, section 3.2.2.
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '')
  return path.split(semicolon ? /[?#;]/ : /[?#]/, 1)[0] || '/'
}
