import { createAuth, definePermission, defineRole } from 'ostiary'
import { localUsers, openDatabase, sqlSessions, sqlThrottle } from 'ostiary/sql'

export const READ = definePermission({ name: 'read', description: 'Read reports' })
export const PUBLISH = definePermission({ name: 'publish', description: 'Publish reports' })
const READER = defineRole({ name: 'Reader', description: 'Reads', permissions: [READ] })
const EDITOR = defineRole({ name: 'Editor', description: 'Reads and publishes', permissions: [READ, PUBLISH] })

export const database = openDatabase(process.env.OSTIARY_DATABASE_URL ?? 'postgres://reports@localhost/reports')

const auth = createAuth({
  roles: [READER, EDITOR],
  sources: [localUsers(database)],
  // All processes share the database, the secret and the name of the application.
  sessions: { store: sqlSessions(database), secret: process.env.OSTIARY_SECRET },
  throttle: { store: sqlThrottle(database) },
  application: 'reports',
})

// The command line takes the default export.
export default auth
