import { afterAll } from 'vitest'
import { describeCommandLine } from './command-line.ts'
import { describeContracts } from './contracts.ts'
import { startMariadb } from './database-server.ts'
import { describeExistingUsers } from './existing-users.ts'
import { describeFeedFaults } from './feed-faults.ts'
import { describeLocalUsers } from './local-users.ts'
import { describeLocalUsersInHouse } from './local-users-in-house.ts'
import { describeMigrationsThatGoOn } from './migrations.ts'
import { describeOnServer } from './on-a-server.ts'
import { describeSessionLimits } from './session-limits.ts'

const server = await startMariadb()
afterAll(() => server.stop())

describeContracts(server)
describeLocalUsers(server)
describeLocalUsersInHouse(server)
describeExistingUsers(server)
describeOnServer(server)
describeSessionLimits(server)
describeFeedFaults(server)
describeCommandLine(server)
describeMigrationsThatGoOn(server)
