import type { LoadedAuth } from './load-auth.ts'

interface Held {
  readonly roles: readonly string[]
  readonly superuser: boolean
}

/** Returns the names of the permissions that these roles grant, by the roles in the code. */
export function permissionNames({ roles, superuser }: Held, { auth }: LoadedAuth): readonly string[] {
  if (superuser) return ['all']
  const held = auth.roles.filter((role) => roles.includes(role.name))
  return [...new Set(held.flatMap((role) => role.permissions.map((permission) => permission.name)))]
}
