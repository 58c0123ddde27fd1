import { sqliteFiles } from './database-server.ts'
import { describeExistingUsers } from './existing-users.ts'
import { describeMovingIn } from './moving-in.ts'

describeExistingUsers(sqliteFiles())
describeMovingIn(sqliteFiles())
