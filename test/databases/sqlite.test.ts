import { sqliteFiles } from './database-server.ts'
import { describeExistingUsers } from './existing-users.ts'
import { describeSessionLimits } from './session-limits.ts'

describeExistingUsers(sqliteFiles())
describeSessionLimits(sqliteFiles())
