import { describeColumnTypes } from './column-types.ts'
import { sqliteFiles } from './database-server.ts'
import { SQLITE_TYPES } from './sqlite-types.ts'

// Those of PostgreSQL and MariaDB take longer: `column-types.long.test.ts`.
describeColumnTypes(sqliteFiles(), SQLITE_TYPES)
