import { afterAll } from 'vitest'
import { describeColumnTypes } from './column-types.ts'
import { sqliteFiles, startMariadb, startPostgres } from './database-server.ts'
import { MARIADB_TYPES } from './mariadb-types.ts'
import { POSTGRES_TYPES } from './postgres-types.ts'
import { SQLITE_TYPES } from './sqlite-types.ts'

const [postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()])
afterAll(() => Promise.all([postgres.stop(), mariadb.stop()]))

describeColumnTypes(sqliteFiles(), SQLITE_TYPES)
describeColumnTypes(postgres, POSTGRES_TYPES)
describeColumnTypes(mariadb, MARIADB_TYPES)
