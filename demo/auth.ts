import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAuth } from 'ostiary'
import { localUsers, openDatabase, sqlHomeSources, sqlRoleAssignments, sqlSessions, sqlThrottle } from 'ostiary/sql'
import { extensions, recordsOn } from './extensions.ts'
import { ADMINISTRATOR, USER, VIEWER } from './roles.ts'
import { sourcesElsewhere } from './sources-elsewhere.ts'

// Where people live, and where sessions are remembered: one SQLite file, unless the environment says otherwise.
export const database = openDatabase(process.env.OSTIARY_DATABASE_URL || `sqlite:${ownDatabase()}`)

export const auth = createAuth({
  roles: [ADMINISTRATOR, USER, VIEWER],
  sources: [localUsers(database), ...sourcesElsewhere()], // asked in this order
  homeSources: sqlHomeSources(database),
  roleAssignments: sqlRoleAssignments(database),
  sessions: { store: sqlSessions(database), secret: process.env.OSTIARY_SECRET },
  throttle: { store: sqlThrottle(database) },
  records: recordsOn(database),
  extensions: extensions(),
  application: 'ostiary-demo',
})

/** In a folder that git ignores, so that the command line and the server find the same one. */
function ownDatabase(): string {
  const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'data', 'ostiary.db')
  mkdirSync(dirname(file), { recursive: true })
  return file
}
