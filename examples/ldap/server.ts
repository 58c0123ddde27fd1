import Fastify from 'fastify'
import { createAuth, definePermission, defineRole } from 'ostiary'
import { anyone, ostiary, protect } from 'ostiary/fastify'
import { ldapSource } from 'ostiary/ldap'

const PUBLISH = definePermission({ name: 'publish', description: 'Publish articles' })
const CONFIGURE = definePermission({ name: 'configure', description: 'See and change the settings' })
const EDITOR = defineRole({ name: 'Editor', description: 'Publishes', permissions: [PUBLISH] })
const ADMINISTRATOR = defineRole({ name: 'Administrator', description: 'Runs the site', permissions: [CONFIGURE] })

const { LDAP_CA_FILE: caFile } = process.env
const directory = ldapSource({
  url: needed('LDAP_URL'),
  base: needed('LDAP_BASE'),
  bind: { dn: needed('LDAP_BIND_DN'), password: needed('LDAP_BIND_PASSWORD') },
  // The common name of a group, and the role that it brings.
  roles: { editors: EDITOR, admins: ADMINISTRATOR },
  properties: { mail: 'mail' },
  ...(caFile ? { tls: { caFile } } : {}),
})

const auth = createAuth({
  roles: [EDITOR, ADMINISTRATOR],
  sources: [directory],
  sessions: { secret: process.env.OSTIARY_SECRET },
})

const app = Fastify({ logger: true })
await app.register(ostiary, { auth, anonymous: 'login' })

app.get('/', anyone(), async ({ user }) => ({ user }))
app.post('/articles', protect({ permission: PUBLISH }), async ({ user }) => ({ publishedBy: user.properties.mail }))
app.get('/settings', protect({ permission: CONFIGURE }), async () => ({ motto: 'Ask who is there.' }))

// Closes the connections to the directory, too.
app.addHook('onClose', () => auth.close())
process.once('SIGTERM', () => void app.close())
await app.listen({ port: Number(process.env.PORT ?? 3000) })

function needed(variable: string): string {
  const value = process.env[variable]
  if (value) return value
  throw new Error(`This example needs ${variable}: see examples/ldap/README.md.`)
}
