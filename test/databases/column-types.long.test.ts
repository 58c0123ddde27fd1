import { afterAll } from 'vitest'
import { describeColumnTypes } from './column-types.ts'
import { startMariadb, startPostgres } from './database-server.ts'
import { MARIADB_TYPES } from './mariadb-types.ts'
import { POSTGRES_TYPES } from './postgres-types.ts'

const [postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()])
afterAll(() => Promise.all([postgres.stop(), mariadb.stop()]))

describeColumnTypes(postgres, POSTGRES_TYPES)
describeColumnTypes(mariadb, MARIADB_TYPES)
