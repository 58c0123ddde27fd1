/** The choices for a new project. */
export interface ProjectWishes {
  /** Names cookies and keys, so that two applications on one host stay apart. */
  readonly application: string
  readonly database: DatabaseKind
  /** True when users sign in from an LDAP directory, too. */
  readonly ldap: boolean
}

/** The databases for local users and sessions, each with the URL to begin with and the driver to install. */
export const DATABASES = {
  sqlite: { url: 'sqlite:people.db', driver: undefined },
  postgres: { url: 'postgres://localhost/people', driver: 'pg' },
  mariadb: { url: 'mariadb://localhost/people', driver: 'mysql2' },
} as const

export type DatabaseKind = keyof typeof DATABASES

/**
 * Returns the files of a new project by name: roles and sources, the server, and the configuration of the command line.
 */
export function projectFiles(wishes: ProjectWishes): ReadonlyMap<string, string> {
  return new Map([
    ['auth.ts', authFile(wishes)],
    ['server.ts', SERVER],
    ['ostiary.config.ts', CONFIGURATION],
  ])
}

function authFile({ application, database, ldap }: ProjectWishes): string {
  const { url } = DATABASES[database]
  return `import { createAuth, definePermission, defineRole } from 'ostiary'
${ldap ? "import { ldapSource } from 'ostiary/ldap'\n" : ''}import { localUsers, openDatabase, ${ldap ? 'sqlRoleAssignments, ' : ''}sqlSessions, sqlThrottle } from 'ostiary/sql'

// Who may do what.
export const READ = definePermission({ name: 'read', description: 'Read reports' })
export const PUBLISH = definePermission({ name: 'publish', description: 'Publish reports' })

export const READER = defineRole({ name: 'Reader', description: 'Reads', permissions: [READ] })
export const EDITOR = defineRole({ name: 'Editor', description: 'Reads and publishes', permissions: [READ, PUBLISH] })

// Where people live, and where their sessions are remembered.
const database = openDatabase(process.env.OSTIARY_DATABASE_URL ?? '${url}')
${ldap ? LDAP : ''}
export const auth = createAuth({
  roles: [READER, EDITOR],
  sources: [localUsers(database)${ldap ? ', ...directory' : ''}],
${ldap ? '  // Roles of people of the directory, and who of them may not come in.\n  roleAssignments: sqlRoleAssignments(database),\n' : ''}  sessions: { store: sqlSessions(database), secret: process.env.OSTIARY_SECRET },
  throttle: { store: sqlThrottle(database) },
  application: ${JSON.stringify(application)},
})
`
}

const LDAP = `
// The directory is asked once LDAP_URL is set, such as ldaps://ldap.example.org.
const { LDAP_URL, LDAP_BASE = 'dc=example,dc=org', LDAP_BIND_DN, LDAP_PASSWORD } = process.env
const directory = LDAP_URL
  ? [
      ldapSource({
        url: LDAP_URL,
        base: LDAP_BASE,
        bind: { dn: LDAP_BIND_DN ?? \`cn=ostiary,\${LDAP_BASE}\`, password: LDAP_PASSWORD ?? '' },
        // Groups of the directory, and the roles that they bring.
        roles: { editors: EDITOR, readers: READER },
      }),
    ]
  : []
`

const SERVER = `import Fastify from 'fastify'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { auth, EDITOR, READ } from './auth.ts'

const app = Fastify({ logger: true })
await app.register(ostiary, { auth, anonymous: 'login' }) // on the application itself, before the first route

app.get('/', anyone(), async ({ user }) => \`Hello \${user.name}\`)
app.get('/reports', protect({ permission: READ }), async ({ user }) => ({ user }))
app.post('/reports', protect({ roles: [EDITOR] }), async ({ user }) => ({ publishedBy: user.name }))

app.addHook('onClose', () => auth.close())
await app.listen({ port: Number(process.env.PORT ?? 3000) })
`

const CONFIGURATION = `// The command line finds the application's users and roles here.
export { auth as default } from './auth.ts'
`
