// What the command line works on: a database of SQLite that BENCH_DATABASE_URL names.
import { createAuth, defineRole } from 'ostiary'
import { localUsers, openDatabase } from 'ostiary/sql'

const VIEWER = defineRole({ name: 'Viewer', description: 'Views', permissions: [] })
const database = openDatabase(process.env.BENCH_DATABASE_URL)

export default createAuth({ roles: [VIEWER], sources: [localUsers(database)] })
