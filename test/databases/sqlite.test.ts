import { sqliteFiles } from './database-server.ts'
import { describeExistingUsers } from './existing-users.ts'
import { describeLoginThrottle } from './login-throttle.ts'

describeExistingUsers(sqliteFiles())
describeLoginThrottle(sqliteFiles())
