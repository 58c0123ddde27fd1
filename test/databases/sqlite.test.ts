import { sqliteFiles } from './database-server.ts'
import { describeExistingUsers } from './existing-users.ts'

describeExistingUsers(sqliteFiles())
