import { createAuth, defineRole, generateSecret, type ThrottleOptions } from 'ostiary'
import { type Database, type LocalUsersOptions, localUsers, openDatabase } from 'ostiary/sql'

export const VIEWER = defineRole({ name: 'Viewer', description: 'Views', permissions: [] })
export const PASSWORD = 'correct horse battery staple'

export function nameAt(index: number): string {
  return `person${String(index).padStart(7, '0')}`
}

interface LocalPeopleOptions {
  readonly url: string
  readonly count: number
  readonly passwordHash: string
  readonly passwords?: LocalUsersOptions['passwords']
  readonly throttle?: ThrottleOptions | false
}

/** An Auth with so many local users, all of whom have the same password. */
export async function localPeople({ url, count, passwordHash, passwords, throttle = {} }: LocalPeopleOptions) {
  const database: Database = openDatabase(url)
  const source = localUsers(database, passwords ? { passwords } : {})
  const auth = createAuth({
    roles: [VIEWER],
    sources: [source],
    throttle,
    sessions: { secret: generateSecret() },
    audit: { record() {} },
  })
  await auth.ready()
  for (let from = 0; from < count; from += BATCH) {
    const users = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => ({
      username: nameAt(from + index),
      passwordHash,
      roles: ['Viewer'],
      description: 'Somebody of many',
    }))
    await source.transfer?.importUsers(users)
  }
  return {
    auth,
    async close() {
      await auth.close()
      await database.close()
    },
  }
}

const BATCH = 2000
