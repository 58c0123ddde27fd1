import { sqliteFiles } from './database-server.ts'
import { describeExistingUsers } from './existing-users.ts'
import { describeInjections } from './injections.ts'
import { describeLoginThrottle } from './login-throttle.ts'
import { describeSourceChecks } from './source-checks.ts'

const files = sqliteFiles()

describeExistingUsers(files)
describeInjections(files)
describeLoginThrottle(files)
describeSourceChecks(files)
