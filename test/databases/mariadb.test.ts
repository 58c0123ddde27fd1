import { afterAll } from 'vitest'
import { describeCommandLine } from './command-line.ts'
import { describeContracts } from './contracts.ts'
import { startMariadb } from './database-server.ts'
import { describeExistingUsers } from './existing-users.ts'
import { describeLocalUsers } from './local-users.ts'
import { describeLocalUsersInHouse } from './local-users-in-house.ts'
import { describeMigrationsThatGoOn } from './migrations.ts'
import { describeMovingIn } from './moving-in.ts'
import { describeOnServer } from './on-a-server.ts'

const server = await startMariadb()
afterAll(() => server.stop())

describeContracts(server)
describeLocalUsers(server)
describeLocalUsersInHouse(server)
describeExistingUsers(server)
describeOnServer(server)
describeCommandLine(server)
describeMigrationsThatGoOn(server)
describeMovingIn(server)
