import { join } from 'node:path'
import { hash } from '@node-rs/argon2'
import { ostiary, protect } from 'ostiary/fastify'
import { ARGON2 } from '../people/argon2.ts'
import { localPeople, nameAt, PASSWORD, VIEWER } from '../people/local-people.ts'
import { temporaryFolder } from '../people/temporary-folder.ts'
import { ANSWER, cookieHeaderOf, createApp, type GuardedApp } from './guarded-app.ts'
import { CONNECTION, FORM, REQUEST } from './ostiary-auth.ts'

/** Local users in SQLite, passwords hashed as by default. */
export async function withLogins(file = join(temporaryFolder(), 'people.db')): Promise<GuardedApp> {
  const { auth } = await localPeople({ url: `sqlite:${file}`, count: 1000, passwordHash: await hash(PASSWORD, ARGON2) })
  const app = createApp()
  await app.register(ostiary, { auth })
  app.get('/guarded', protect({ roles: [VIEWER] }), async () => ANSWER)
  return {
    app,
    async signIn(people) {
      const cookies: string[] = []
      for (let index = 0; index < people; index += 1) {
        const result = await auth.signIn({ ...FORM, username: nameAt(index), password: PASSWORD }, REQUEST, null)
        if (result.outcome !== 'signed-in') throw new Error(`A login ended ${result.outcome}.`)
        cookies.push(cookieHeaderOf([auth.setCookie(result, CONNECTION)]))
      }
      return cookies
    },
  }
}
