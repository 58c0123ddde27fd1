// Returns the stores about users of all sources, or fails with a sentence that names the missing option.
import type { HomeSources, RoleAssignments } from '../index.ts'
import { misused } from './cli-error.ts'
import type { LoadedAuth } from './load-auth.ts'

/** @throws {CliError} when the application has no role assignments. */
export function roleAssignmentsOf({ auth }: LoadedAuth): RoleAssignments {
  if (auth.roleAssignments) return auth.roleAssignments
  throw misused(
    'This application says nothing of people of other sources. ' +
      'Give `roleAssignments: sqlRoleAssignments(database)` to createAuth().',
  )
}

/** @throws {CliError} when the application has no home sources. */
export function homeSourcesOf({ auth }: LoadedAuth): HomeSources {
  if (auth.homeSources) return auth.homeSources
  throw misused(
    'This application does not remember where people sign in. ' +
      'Give `homeSources: sqlHomeSources(database)` to createAuth().',
  )
}
