import type { ManagedUser, ManagedUserSource } from '../index.ts'

/** A user for machines. Nothing that opens a door is in it, because nothing of that kind is in a `ManagedUser`. */
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

/** What is special about a user, in words. */
export function userStatus({ superuser, disabled, hasPassword }: ManagedUser): string {
  return [superuser && 'superuser', disabled && 'disabled', !hasPassword && 'no password'].filter(Boolean).join(', ')
}

/** A user's name in a sentence. */
export function quoted(name: string): string {
  return JSON.stringify(name.trim())
}
