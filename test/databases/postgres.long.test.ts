import { afterAll } from 'vitest'
import { describeBrokenWires } from './broken-wires.ts'
import { describeCommandLine } from './command-line.ts'
import { describeContracts } from './contracts.ts'
import { startPostgres } from './database-server.ts'
import { describeExistingUsers } from './existing-users.ts'
import { describeFeedFaults } from './feed-faults.ts'
import { describeInjections } from './injections.ts'
import { describeLocalUsers } from './local-users.ts'
import { describeLocalUsersInApplication } from './local-users-in-application.ts'
import { describeLoginThrottle } from './login-throttle.ts'
import { describeMigrationsThatAreTakenBack } from './migrations.ts'
import { describeMovingIn } from './moving-in.ts'
import { describeNotifications } from './notifications.ts'
import { describeOnServer } from './on-a-server.ts'
import { describeRecords } from './records.ts'
import { describeSessionLimits } from './session-limits.ts'
import { describeSourceChecks } from './source-checks.ts'

const server = await startPostgres()
afterAll(() => server.stop())

describeContracts(server)
describeLocalUsers(server)
describeLocalUsersInApplication(server)
describeExistingUsers(server)
describeInjections(server)
describeSourceChecks(server)
describeOnServer(server)
describeSessionLimits(server)
describeNotifications(server)
describeFeedFaults(server)
describeBrokenWires(server)
describeCommandLine(server)
describeLoginThrottle(server)
describeRecords(server)
describeMigrationsThatAreTakenBack(server)
describeMovingIn(server)
