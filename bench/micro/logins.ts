import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { hash, verify } from '@node-rs/argon2'
import type { FastifyInstance } from 'fastify'
import { serve } from '../harness/child.ts'
import { ARGON2 } from '../people/argon2.ts'
import { nameAt, PASSWORD } from '../people/local-people.ts'
import { temporaryFolder } from '../people/temporary-folder.ts'
import { leastLogin } from '../servers/least-login.ts'
import { withLogins } from '../servers/with-logins.ts'

const file = join(temporaryFolder(), 'people.db')
const { app } = await withLogins(file)
const least = leastLogin(file)
const processors = availableParallelism()
const stored = await hash(PASSWORD, ARGON2)
let person = 0

async function login(app: FastifyInstance): Promise<void> {
  person = (person + 1) % 1000
  const payload = { username: nameAt(person), password: PASSWORD }
  const { statusCode } = await app.inject({ method: 'POST', url: '/auth/login', payload })
  if (statusCode !== 200) throw new Error(`A login was answered with ${statusCode}.`)
}

async function bare(): Promise<void> {
  if (!(await verify(stored, PASSWORD))) throw new Error('The password does not match.')
}

/** So many at once, one after the other in each of the lanes. */
async function inLanes(lanes: number, count: number, action: () => Promise<void>) {
  const start = performance.now()
  const before = process.cpuUsage()
  let left = count
  const lane = async () => {
    for (; left > 0; ) {
      left -= 1
      await action()
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const { user, system } = process.cpuUsage(before)
  return { rate: (count * 1000) / (performance.now() - start), processor: (user + system) / count }
}

serve({
  login: (count: number) => inLanes(8, count, () => login(app)),
  // Nothing bounds its hashes. With one more than there are processors, none of these waits for the next request.
  least: (count: number) => inLanes(processors + 1, count, () => login(least)),
  bare: (count: number) => inLanes(processors, count, bare),
})
