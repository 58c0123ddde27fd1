// What an application keeps about people of all sources, or a sentence that says how it comes to keep it.
import type { HomeSources, RoleAssignments } from '../index.ts'
import { misused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'

/** @throws {CliError} when the application has none. */
export function roleAssignmentsOf({ auth }: LoadedAuth): RoleAssignments {
  if (auth.roleAssignments) return auth.roleAssignments
  throw misused(
    'This application says nothing of people of other sources. ' +
      'Give `roleAssignments: sqlRoleAssignments(database)` to createAuth().',
  )
}

/** @throws {CliError} when the application has none. */
export function homeSourcesOf({ auth }: LoadedAuth): HomeSources {
  if (auth.homeSources) return auth.homeSources
  throw misused(
    'This application does not remember where people sign in. ' +
      'Give `homeSources: sqlHomeSources(database)` to createAuth().',
  )
}
