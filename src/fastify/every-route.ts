import type { FastifyInstance } from 'fastify'
import { ConfigurationError } from '../index.ts'
import type { DeclaredRoute, RouteDeclaration } from './declare.ts'

/** Options of `everyRoute()`. */
export interface EveryRouteOptions {
  /**
   * True when the declaration is meant for the whole instance, including later routes of other plugins. Required on the
   * application itself, and in a plugin that is wrapped with `fastify-plugin`. Default: false.
   */
  readonly wholeScope?: boolean
}

/** Declares all undeclared routes of this scope: for plugins that add routes. */
export type EveryRoute = (declaration: DeclaredRoute, options?: EveryRouteOptions) => void

/** Decorates an application with `everyRoute()`. Returns a function that finds the declaration of a scope, if any. */
export function decorateEveryRoute(
  app: FastifyInstance,
  name: string,
  checked: (declaration: RouteDeclaration) => RouteDeclaration,
): (scope: FastifyInstance) => RouteDeclaration | undefined {
  /** The first name of each scope. Fastify extends the name when a plugin without a scope of its own is loaded. */
  const names = new WeakMap<FastifyInstance, string>()
  app.addHook('onRegister', (scope) => void names.set(scope, scope.pluginName))
  app.decorate(SCOPE_DECLARATION, undefined)

  function everyRoute(this: FastifyInstance, { protect }: DeclaredRoute, options: EveryRouteOptions = {}): void {
    const declaration = checked(protect)
    if (options.wholeScope !== true) assertScopeOfItsOwn(this)
    if (this !== app && Object.hasOwn(this, SCOPE_DECLARATION)) throw new ConfigurationError(DECLARED_TWICE)
    if (this === app && declarationOf(this) !== undefined) throw new ConfigurationError(DECLARED_TWICE)
    // Child scopes inherit the declaration through the prototype.
    Object.defineProperty(this, SCOPE_DECLARATION, { value: declaration, configurable: true })
  }

  /** @throws {ConfigurationError} when routes of other plugins would be declared as well. */
  function assertScopeOfItsOwn(scope: FastifyInstance): void {
    if (names.get(scope) === scope.pluginName) return
    throw new ConfigurationError(
      scope === app
        ? `${name}() on the application itself declares all routes of all plugins that declare nothing. ${SAY_SO}`
        : `${name}() would declare later routes of the whole scope ${JSON.stringify(scope.pluginName)}: a plugin that ` +
            `is wrapped with fastify-plugin has no scope of its own. Call it before other plugins of the scope. ${SAY_SO}`,
    )
  }

  app.decorate(name, everyRoute)
  return declarationOf
}

function declarationOf(scope: FastifyInstance): RouteDeclaration | undefined {
  return (scope as unknown as { [SCOPE_DECLARATION]?: RouteDeclaration })[SCOPE_DECLARATION]
}

const SCOPE_DECLARATION = Symbol('ostiary.declaration')
const SAY_SO =
  'Wrap what it is about in a scope of its own: app.register(async (scope) => { … }). ' +
  'If you mean it, say everyRoute(declaration, { wholeScope: true }).'
const DECLARED_TWICE = 'everyRoute() is called twice in one scope. Each scope has one declaration.'
