// The additions of the plugin to Fastify's own types.
import type {
  ContextConfigDefault,
  FastifyBaseLogger,
  FastifySchema,
  FastifyTypeProvider,
  FastifyTypeProviderDefault,
  OstiaryNames,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerBase,
  RawServerDefault,
  RouteGenericInterface,
} from 'fastify'
import type { RouteMapEntry } from '../http/index.ts'
import type { Auth, User } from '../index.ts'
import type { RouteDeclaration } from './declare.ts'
import type { DecoratedNames } from './decorated-names.ts'
import type { EveryRoute } from './every-route.ts'

/**
 * The name that an application has chosen by `decorateAs` and declared in `OstiaryNames`. Otherwise the default name.
 */
type NameOf<Key extends keyof DecoratedNames> = OstiaryNames extends {
  readonly [key in Key]: infer Name extends string
}
  ? Name
  : Key

/** The members that the plugin gives to requests. */
type OnRequests = { readonly [key in NameOf<'user'>]: User }

/** The members that the plugin gives to the application. */
type OnApplications = { readonly [key in NameOf<'auth'>]: Auth } & {
  readonly [key in NameOf<'everyRoute'>]: EveryRoute
} & { readonly [key in NameOf<'routeMap'>]: () => readonly RouteMapEntry[] }

declare module 'fastify' {
  /**
   * The names that were chosen by the option `decorateAs`, for the types.
   *
   * ```ts
   * declare module 'fastify' {
   *   interface OstiaryNames { user: 'visitor' }
   * }
   * ```
   */
  interface OstiaryNames {}

  // Why `extends`: a member of the same name from another plugin then takes precedence, rather than colliding.
  interface FastifyRequest extends OnRequests {}

  interface FastifyInstance extends OnApplications {}

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
    /** The declaration of the route. Written with `protect()` or `anyone()`. */
    protect?: RouteDeclaration
  }
}
