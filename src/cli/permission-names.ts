import type { LoadedAuth } from './load-auth.ts'

interface Held {
  readonly roles: readonly string[]
  readonly superuser: boolean
}

/** What these roles bring, by the code's roles. */
export function permissionNames({ roles, superuser }: Held, { auth }: LoadedAuth): readonly string[] {
  if (superuser) return ['all']
  const held = auth.roles.filter((role) => roles.includes(role.name))
  return [...new Set(held.flatMap((role) => role.permissions.map((permission) => permission.name)))]
}
