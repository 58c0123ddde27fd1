import Fastify, { type FastifyInstance } from 'fastify'

/** An application in front of which one of the alternatives stands. */
export interface GuardedApp {
  readonly app: FastifyInstance
  /** Signs so many people in, each of whom may see `/guarded`. Returns their `Cookie` headers. */
  signIn(people: number): Promise<string[]>
}

/** Connections stay open from one round to the next. */
export function createApp(): FastifyInstance {
  return Fastify({ keepAliveTimeout: 3_600_000 })
}

/** What every route sends, whoever guards it. */
export const ANSWER = { message: 'Good morning', count: 42, items: ['a', 'b', 'c'] }

/** What a session holds, by every alternative: about what Ostiary has in it. */
export function person(index: number) {
  return { id: `u${index}`, name: `person${index}`, description: `Person number ${index}`, roles: ['Viewer'] }
}

export type Person = ReturnType<typeof person>

/** The permissions that the roles of a person bring, worked out ahead. */
const PERMISSIONS = new Map([['Viewer', new Set(['view'])]])

export function mayView(person: Partial<Person> | null | undefined): boolean {
  return person?.roles?.some((role) => PERMISSIONS.get(role)?.has('view')) === true
}

/** Signs people in by a route of the application, and keeps the cookies that it sets. */
export async function signInByRoute(app: FastifyInstance, people: number): Promise<string[]> {
  const cookies: string[] = []
  for (let index = 0; index < people; index += 1) {
    const { headers, statusCode } = await app.inject({ url: `/sign-in?person=${index}` })
    if (statusCode !== 200) throw new Error(`Signing in was answered with ${statusCode}.`)
    cookies.push(cookieHeaderOf([headers['set-cookie'] ?? []].flat()))
  }
  return cookies
}

export function cookieHeaderOf(setCookies: readonly string[]): string {
  return setCookies.map((cookie) => cookie.split(';', 1)[0]).join('; ')
}

/** The person that a request for `/sign-in` means. */
export function personOf(query: unknown): Person {
  return person(Number((query as { person: string }).person))
}
