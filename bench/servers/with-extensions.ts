import {
  accepted,
  createAuth,
  definePermission,
  defineRole,
  defineUserSource,
  generateSecret,
  memoryRecords,
} from 'ostiary'
import { ostiary, protect } from 'ostiary/fastify'
import { secondFactor } from 'ostiary/second-factor'
import { apiTokens, tokensOf } from 'ostiary/tokens'
import { ANSWER, cookieHeaderOf, createApp, type GuardedApp, person } from './guarded-app.ts'
import { CONNECTION, REQUEST } from './ostiary-auth.ts'

/** A route that asks for a second factor beside the permission; or one that programs ask with a token. */
export async function withExtensions(credential: 'factor' | 'token'): Promise<GuardedApp> {
  const view = definePermission({ name: 'view', description: 'Views' })
  const viewer = defineRole({ name: 'Viewer', description: 'Views', permissions: [view] })
  const answer = async (id: string) => accepted({ ...person(Number(id.replace('u', ''))), id })
  const people = defineUserSource('people', ({ username }) => answer(username), { lookup: answer })
  const auth = createAuth({
    roles: [viewer],
    sources: [people],
    throttle: false,
    sessions: { secret: generateSecret(), idle: '6h', lease: '3h' },
    records: memoryRecords(),
    extensions: [apiTokens(), secondFactor()],
  })
  const app = createApp()
  await app.register(ostiary, { auth })
  const requirement =
    credential === 'factor' ? { permission: view, authenticatedWith: 'second-factor' as const } : { permission: view }
  app.get('/guarded', protect(requirement), async () => ANSWER)

  async function cookieOf(id: string): Promise<string> {
    const found = await auth.services.lookup(`people:${id}`)
    if (found?.outcome !== 'accepted') throw new Error('There is nobody.')
    const now = Date.now()
    const { account } = found
    const login = {
      source: 'people',
      account,
      revision: await auth.services.revision(),
      persistent: false,
      methods: { password: now, 'second-factor': now },
    }
    const result = await auth.services.signInProved(login, REQUEST, null)
    if (result.outcome !== 'signed-in') throw new Error(`A login ended ${result.outcome}.`)
    return cookieHeaderOf([auth.setCookie(result, CONNECTION)])
  }

  async function tokenOf(id: string): Promise<string> {
    const { token } = await tokensOf(auth).create({ userId: `people:${id}`, name: 'bench', scopes: [view] })
    return `Bearer ${token}`
  }

  return {
    app,
    async signIn(count) {
      const made: string[] = []
      for (let index = 0; index < count; index += 1)
        made.push(await (credential === 'factor' ? cookieOf : tokenOf)(`u${index}`))
      return made
    },
  }
}
