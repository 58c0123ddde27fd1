import type { ManagedUser, ManagedUserSource } from '../index.ts'

/** Returns a user for machines. It is free of secrets, because a `ManagedUser` has none. */
export function userJson(user: ManagedUser, { name }: ManagedUserSource) {
  const { id, username, description, roles, superuser, disabled, hasPassword, properties, createdAt } = user
  return {
    id: `${name}:${id}`,
    username,
    description,
    roles,
    superuser,
    disabled,
    hasPassword,
    status: userStatus(user),
    properties,
    createdAt: createdAt.toISOString(),
  }
}

/** Returns the special states of a user, in words. */
export function userStatus({ superuser, disabled, hasPassword }: ManagedUser): string {
  return [superuser && 'superuser', disabled && 'disabled', !hasPassword && 'no password'].filter(Boolean).join(', ')
}

/** Returns a user's name for a sentence. */
export function quoted(name: string): string {
  return JSON.stringify(name.trim())
}
