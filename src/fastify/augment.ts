// What the plugin adds to Fastify's own types.
import type {
  ContextConfigDefault,
  FastifyBaseLogger,
  FastifySchema,
  FastifyTypeProvider,
  FastifyTypeProviderDefault,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerBase,
  RawServerDefault,
  RouteGenericInterface,
} from 'fastify'
import type { Auth, User } from '../index.ts'
import type { RouteDeclaration } from './declare.ts'
import type { EveryRoute } from './every-route.ts'
import type { RouteMapEntry } from './route-map.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking. Worked out when it is first read. */
    readonly user: User
  }

  interface FastifyInstance {
    readonly auth: Auth
    /** Declares every route of this scope that declares nothing itself: for plugins that bring routes of their own. */
    readonly everyRoute: EveryRoute
    /** All routes, and what each asks for. */
    routeMap(): readonly RouteMapEntry[]
  }

  interface RouteShorthandOptions<
    RawServer extends RawServerBase = RawServerDefault,
    RawRequest extends RawRequestDefaultExpression<RawServer> = RawRequestDefaultExpression<RawServer>,
    RawReply extends RawReplyDefaultExpression<RawServer> = RawReplyDefaultExpression<RawServer>,
    RouteGeneric extends RouteGenericInterface = RouteGenericInterface,
    ContextConfig = ContextConfigDefault,
    SchemaCompiler extends FastifySchema = FastifySchema,
    TypeProvider extends FastifyTypeProvider = FastifyTypeProviderDefault,
    Logger extends FastifyBaseLogger = FastifyBaseLogger,
  > {
    /** Who may come in. Written with `protect()` or `anyone()`. */
    protect?: RouteDeclaration
  }
}
