import Fastify, {
  type FastifyInstance,
  type FastifyListenOptions,
  type FastifyServerOptions,
  type InjectOptions,
  type LightMyRequestResponse,
} from 'fastify'
import type { Auth } from 'ostiary'
import { type OstiaryOptions, ostiary } from 'ostiary/fastify'
import { onTestFinished } from 'vitest'

/** The middle layer: a Fastify application around an Auth. */
export interface ServeOptions {
  /** The application's routes. */
  readonly routes?: ((app: FastifyInstance) => unknown) | undefined
  /** What comes before the doorkeeper, such as other plugins. */
  readonly before?: ((app: FastifyInstance) => unknown) | undefined
  readonly fastify?: FastifyServerOptions | undefined
  readonly plugin?: Partial<OstiaryOptions> | undefined
  /** Stands between the plugin and the Auth, to see what is asked. */
  readonly inBetween?: ((auth: Auth) => Auth) | undefined
  /** Makes the application listen. `true`: at a free port of this machine. Default: requests are injected. */
  readonly listen?: FastifyListenOptions | true | undefined
}

/** What a client of an application that listens gets. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The first cookie that the answer sets, as a browser would send it. */
  readonly cookie: string | undefined
}

export interface ServedAuth {
  readonly app: FastifyInstance
  /** The address of an application that listens. */
  readonly url: string
  /** Injects a request, signed in if there is a cookie. */
  request(target: string | InjectOptions, cookie?: string): Promise<LightMyRequestResponse>
  /** Sends a request over the network, to an application that listens. Redirects are not followed. */
  ask(path: string, init?: RequestInit & { readonly cookie?: string | undefined }): Promise<Answer>
  /** Signs in over the network, as a program does. */
  login(username: string, password: string): Promise<Answer>
}

/** Serves an Auth. The application is closed when the test ends, or when `whenDone` says so; the Auth stays open. */
export async function serveAuth(
  auth: Auth,
  { routes, before, fastify, plugin, inBetween, listen }: ServeOptions = {},
  whenDone: (close: () => Promise<void>) => void = onTestFinished,
): Promise<ServedAuth> {
  const app = Fastify(fastify)
  whenDone(() => app.close())
  await before?.(app)
  await app.register(ostiary, { auth: inBetween?.(auth) ?? auth, ...plugin })
  await routes?.(app)
  await app.ready()
  const url = listen ? await app.listen(listen === true ? { port: 0, host: '127.0.0.1' } : listen) : ''

  const ask: ServedAuth['ask'] = async (path, { cookie, headers, ...init } = {}) => {
    const all = { ...(headers as Record<string, string>), ...(cookie !== undefined && { cookie }) }
    const answer = await fetch(url + path, { redirect: 'manual', ...init, headers: all })
    const [first] = answer.headers.getSetCookie()
    return {
      status: answer.status,
      headers: answer.headers,
      body: await answer.text(),
      cookie: first?.split(';', 1)[0],
    }
  }
  return {
    app,
    url,
    ask,
    request(target, cookie) {
      const asked = typeof target === 'string' ? { url: target } : target
      return app.inject(cookie === undefined ? asked : { ...asked, headers: { ...asked.headers, cookie } })
    },
    login: (username, password) =>
      ask(`${plugin?.prefix ?? '/auth'}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password }),
      }),
  }
}

/** All `Set-Cookie` headers of an answer, but the one by which the throttle knows a browser again. */
export function setCookies(answer: LightMyRequestResponse): string[] {
  return [answer.headers['set-cookie'] ?? []].flat().filter((cookie) => !/^[^=]+-device=/.test(cookie))
}

/** The cookie that an answer sets, as a browser would send it. */
export function cookieOf(answer: LightMyRequestResponse): string {
  const [setCookie, ...more] = setCookies(answer)
  if (setCookie === undefined || more.length > 0)
    throw new Error(`No one cookie in ${answer.statusCode} ${answer.body}`)
  return setCookie.split(';', 1)[0] ?? ''
}
