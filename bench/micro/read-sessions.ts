import { sealedSessions } from '../people/sealed-sessions.ts'
import { CONNECTION, ostiaryAuth } from '../servers/ostiary-auth.ts'
import { serveBlocks } from './blocks.ts'
import { weigh } from './weigh.ts'

/** How many people send requests in turn, how many roles each of them has, and how many sessions are remembered. */
const [people, roles, cache] = process.argv.slice(2).map(Number) as [number, number, number]

async function prepare() {
  const application = ostiaryAuth({ roles, cache })
  await application.auth.ready()
  const { headerAt } = await sealedSessions(application, people)

  function user(index: number): unknown {
    const visit = { headers: { cookie: headerAt(index % people) }, ...CONNECTION }
    const { user } = application.auth.authenticateRequestAtOnce(visit)
    if (user.isAnonymous) throw new Error('A cookie does not count.')
    return user
  }

  // Whoever can be remembered has been there before, and the code is compiled: what is measured is how it goes on.
  const bytes = weigh(() => {
    for (let index = 0; index < Math.max(Math.min(people, 2 * cache), WARM_UP); index += 1) user(index)
  })
  return { user, bytes }
}

const WARM_UP = 20_000
const prepared = prepare()
serveBlocks(async () => ({ user: (await prepared).user }), {
  // What is remembered outlives many others, and so collections are rare and long: they are to be in every block.
  blockMs: 100,
  others: { bytes: async () => (await prepared).bytes },
})
