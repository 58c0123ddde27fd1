import type { FastifyInstance } from 'fastify'
import { assertKnownOptions } from '../http/index.ts'
import { ConfigurationError } from '../index.ts'

/** The names under which the plugin decorates requests and the application. */
export interface DecoratedNames {
  /** The user of a request. Default: `user`. */
  readonly user: string
  /** The `Auth`, on the application. Default: `auth`. */
  readonly auth: string
  /** The function `everyRoute()`, on the application. Default: `everyRoute`. */
  readonly everyRoute: string
  /** The function `routeMap()`, on the application. Default: `routeMap`. */
  readonly routeMap: string
}

/**
 * Reads the option `decorateAs`.
 *
 * @throws {ConfigurationError} when a name is invalid, used twice, or taken by another plugin.
 */
export function readDecoratedNames(app: FastifyInstance, options: Partial<DecoratedNames> = {}): DecoratedNames {
  assertKnownOptions('The option decorateAs of ostiary', options, NAMES)
  const names = { user: 'user', auth: 'auth', everyRoute: 'everyRoute', routeMap: 'routeMap', ...options }
  for (const [key, name] of Object.entries(names)) {
    if (typeof name !== 'string' || !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
      throw new ConfigurationError(
        `decorateAs.${key} of ostiary is a name such as "${key}", not ${JSON.stringify(name)}.`,
      )
  }
  const onApplication = [names.auth, names.everyRoute, names.routeMap]
  if (new Set(onApplication).size < onApplication.length)
    throw new ConfigurationError('The names in decorateAs of ostiary for the application are different ones.')
  const plugins = app.pluginName.split(' -> ').slice(1, -1).map(publicName)
  if (app.hasRequestDecorator(names.user)) throw clash('user', names, takenBy(plugins, BY_REQUEST[names.user]))
  for (const key of ['auth', 'everyRoute', 'routeMap'] as const)
    if (app.hasDecorator(names[key])) throw clash(key, names, takenBy(plugins, BY_APPLICATION[names[key]]))
  return names
}

/**
 * Reserves the names: a later plugin that takes one of them causes an error that names both plugins.
 *
 * Why: the error of Fastify names only the member.
 */
export function reserveNames(app: FastifyInstance, names: DecoratedNames): void {
  const { decorate, decorateRequest } = app
  app.decorateRequest = function decorateRequestBesideOstiary(this: FastifyInstance, name: string, ...rest: unknown[]) {
    if (name === names.user) throw clash('user', names, lastOf(this))
    return Reflect.apply(decorateRequest, this, [name, ...rest])
  } as FastifyInstance['decorateRequest']
  app.decorate = function decorateBesideOstiary(this: FastifyInstance, name: string, ...rest: unknown[]) {
    const key = (['auth', 'everyRoute', 'routeMap'] as const).find((each) => names[each] === name)
    if (key !== undefined && this === app) throw clash(key, names, lastOf(this))
    return Reflect.apply(decorate, this, [name, ...rest])
  } as FastifyInstance['decorate']
}

function clash(key: keyof DecoratedNames, names: DecoratedNames, other: string): ConfigurationError {
  const what = key === 'user' ? 'Requests have' : 'The application has'
  return new ConfigurationError(
    `${what} one "${names[key]}" for two: that of ostiary, and that of ${other}. Give that of ostiary another name: ` +
      `app.register(ostiary, { auth, decorateAs: { ${key}: '${EXAMPLES[key]}' } }).`,
  )
}

function lastOf(app: FastifyInstance): string {
  return publicName(app.pluginName.split(' -> ').at(-1) ?? 'the application')
}

/** Returns the package name of a plugin. Why: `@fastify/passport` registers under an internal name. */
function publicName(plugin: string): string {
  return plugin.startsWith('create-initialize-plugin') ? '@fastify/passport' : plugin
}

/** Returns the plugins that may have taken a name earlier, judged by the registered plugins. */
function takenBy(plugins: readonly string[], known: readonly string[] = []): string {
  const certain = plugins.filter((plugin) => known.includes(plugin))
  if (certain.length > 0) return certain.join(' or ')
  return plugins.length > 0 ? `one of ${plugins.join(', ')} or the application` : 'the application'
}

const BY_REQUEST: Readonly<Record<string, readonly string[]>> = {
  user: ['@fastify/jwt', '@fastify/passport', 'fastify-user'],
}
const BY_APPLICATION: Readonly<Record<string, readonly string[]>> = { auth: ['@fastify/auth'] }

const EXAMPLES: DecoratedNames = {
  user: 'visitor',
  auth: 'doorkeeper',
  everyRoute: 'declareEveryRoute',
  routeMap: 'guardedRoutes',
}

const NAMES = { user: true, auth: true, everyRoute: true, routeMap: true } as const
