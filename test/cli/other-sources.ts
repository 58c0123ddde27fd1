import { bareTest, CONFIG, type Desk } from './cli-process.ts'

/**
 * A directory that knows bob (`pin`), eve, who has left, and nobody else; and a kiosk that looks nobody up. With the
 * environment variable DEAD, also one that is down, whose excuse repeats the password; with SILENT, one that never
 * answers and one that has nothing but a `ready`; with FINDINGS, a registry that finds what it says.
 */
const SOURCES = `
const bob = accepted({ name: 'bob', description: 'Builder', roles: ['Viewer', 'Ghost'] })
const ldap = defineUserSource(
  'ldap',
  async ({ username, password }) => (username !== 'bob' ? unknown() : password === 'pin' ? bob : rejected()),
  {
    realm: 'corp',
    authoritative: true,
    deadline: '1s',
    lookup: async (id) => (id === 'bob' ? bob : id === 'eve' ? blocked('left the company') : unknown()),
  },
)
const kiosk = defineUserSource('kiosk', async () => null, { onUnavailable: 'stop', deadline: 7 })
const dead = defineUserSource('dead', async ({ password }) => {
  throw new Error('no route to the host for ' + password)
}, { ready: async () => { throw new Error('no route to the host') } })
const waiting = defineUserSource('waiting', async () => null, { ready: async () => {} })
const registry = defineUserSource('registry', async () => null, {
  async *check({ roleNames, warnBeforeMs, signal }) {
    yield { level: 'ok', what: 'roles: ' + roleNames.join() + '; warns ' + warnBeforeMs / 86_400_000 + ' days before' }
    for (const level of (process.env.FINDINGS ?? '').split(',').filter(Boolean)) {
      if (level === 'throws') throw new Error('the registry is closed')
      if (level === 'nonsense') yield 'nonsense'
      else yield { level, what: 'a ' + level + '\\u001b[31m' }
    }
  },
})
const silent = defineUserSource('silent', async () => null, { deadline: '50ms', lookup: () => new Promise(() => {}) })
`

/** {@link CONFIG} with more sources, and with what the application keeps about their people. */
export const OTHER_SOURCES = CONFIG.replace(
  'import { createAuth,',
  'import { accepted, blocked, createAuth, defineUserSource, rejected, unknown,',
)
  .replace('import { localUsers,', 'import { localUsers, sqlHomeSources, sqlRoleAssignments,')
  .replace('export default', `${SOURCES}\nexport default`)
  .replace(
    "passwordPolicy: 'none' })],",
    `passwordPolicy: 'none' }), ...(process.env.DEAD ? [dead] : []), ...(process.env.SILENT ? [silent, waiting] : []), ...(process.env.FINDINGS ? [registry] : []), ldap, kiosk],
  homeSources: sqlHomeSources(database),
  roleAssignments: sqlRoleAssignments(database),`,
  )

/** A folder with {@link OTHER_SOURCES} in it. */
export const test = bareTest.extend<{ desk: Desk }>({
  desk: async ({ desk }, use) => {
    await desk.write('ostiary.config.mjs', OTHER_SOURCES)
    await use(desk)
  },
})

/** What a command says in JSON, when it is done. */
export async function jsonOf(desk: Desk, ...args: string[]) {
  const { code, stdout, stderr } = await desk.ostiary([...args, '--json'])
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  return JSON.parse(stdout)
}
