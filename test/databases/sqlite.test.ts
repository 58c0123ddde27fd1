import { sqliteFiles } from './database-server.ts'
import { describeExistingUsers } from './existing-users.ts'
import { describeInjections } from './injections.ts'
import { describeLoginThrottle } from './login-throttle.ts'
import { describeMovingIn } from './moving-in.ts'
import { describeRecords } from './records.ts'
import { describeSessionLimits } from './session-limits.ts'
import { describeSourceChecks } from './source-checks.ts'

const files = sqliteFiles()

describeExistingUsers(files)
describeInjections(files)
describeLoginThrottle(files)
describeRecords(files)
describeMovingIn(files)
describeSessionLimits(files)
describeSourceChecks(files)
