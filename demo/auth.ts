import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAuth, definePermission, defineRole } from 'ostiary'
import { localUsers, openDatabase, sqlSessions } from 'ostiary/sql'

// Who may do what: permissions and roles are code.
export const VIEW = definePermission({ name: 'view', description: 'View content' })
const EDIT = definePermission({ name: 'edit', description: 'Edit content' })
const DELETE = definePermission({ name: 'delete', description: 'Delete content' })

export const ADMINISTRATOR = defineRole({
  name: 'Administrator',
  description: 'May do everything',
  permissions: [VIEW, EDIT, DELETE],
})
export const USER = defineRole({ name: 'User', description: 'Views and edits', permissions: [VIEW, EDIT] })
export const VIEWER = defineRole({ name: 'Viewer', description: 'Only views', permissions: [VIEW] })

// Where people live, and where sessions are remembered: one SQLite file.
export const database = openDatabase(process.env.OSTIARY_DATABASE_URL || `sqlite:${ownDatabase()}`)

export const auth = createAuth({
  roles: [ADMINISTRATOR, USER, VIEWER],
  sources: [localUsers(database)],
  sessions: { store: sqlSessions(database), secret: process.env.OSTIARY_SECRET },
  application: 'ostiary-demo',
})

/** In a folder that git ignores, so that the command line and the server find the same one. */
function ownDatabase(): string {
  const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'data', 'ostiary.db')
  mkdirSync(dirname(file), { recursive: true })
  return file
}
