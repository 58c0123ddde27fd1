export { type LocalUsersOptions, localUsers } from './local-users.ts'
export { type Database, openDatabase } from './open-database.ts'
export { type SqlSessionsOptions, sqlSessions } from './sql-sessions.ts'
