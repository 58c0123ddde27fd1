import { join } from 'node:path'
import { hash, verify } from '@node-rs/argon2'
import { serve } from '../harness/child.ts'
import { localPeople, nameAt, PASSWORD } from '../people/local-people.ts'
import { temporaryFolder } from '../people/temporary-folder.ts'
import { FORM, REQUEST } from '../servers/ostiary-auth.ts'

/** The cheapest hash there is: what is left is the login. */
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1, outputLen: 32 } as const
const passwords = { argon2: { memoryKiB: 8, iterations: 1, parallelism: 1 }, allowWeak: true } as const
const folder = temporaryFolder()
const stored = await hash(PASSWORD, CHEAP)
const accountEvents = new Map<
  string,
  { readonly count: number; readonly auth: Awaited<ReturnType<typeof open>>['auth'] }
>()
let next = 0

function open(url: string, count: number) {
  return localPeople({ url, count, passwordHash: stored, passwords })
}

serve({
  /** Makes a database with so many people. */
  async prepare(name: string, count: number, url = `sqlite:${join(folder, `${name}.db`)}`) {
    accountEvents.set(name, { count, ...(await open(url, count)) })
  },

  /** One login after the other, of people all over the table. */
  async logins(name: string, logins: number) {
    const application = accountEvents.get(name)
    if (!application) throw new Error(`There is no application ${name}.`)
    return timed(logins, async () => {
      next += 7919
      const form = { ...FORM, username: nameAt(next % application.count), password: PASSWORD }
      const { outcome } = await application.auth.signIn(form, REQUEST, null)
      if (outcome !== 'signed-in') throw new Error(`A login ended ${outcome}.`)
    })
  },

  hash: (count: number) => timed(count, () => verify(stored, PASSWORD)),
})

async function timed(count: number, action: () => Promise<unknown>) {
  const start = performance.now()
  for (let turn = 0; turn < count; turn += 1) await action()
  return { us: ((performance.now() - start) * 1000) / count }
}
