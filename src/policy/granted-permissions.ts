import { numberOf, type Permission } from './permission.ts'
import { readOnlySet } from './read-only-set.ts'

/** The permissions that the roles of a user grant. Two permissions with the same name count as one. */
export class GrantedPermissions {
  readonly names: ReadonlySet<string>
  /** One byte for each permission, starting with the permission numbered `#first`. */
  readonly #table: Uint8Array
  readonly #first: number

  constructor(permissions: readonly Permission[], table: Uint8Array, first: number) {
    this.names = readOnlySet(permissions.map(({ name }) => name))
    this.#table = table
    this.#first = first
    Object.freeze(this)
  }

  has(permission: Permission): boolean {
    const found = this.#table[(numberOf(permission) ?? Number.NaN) - this.#first]
    return found === HELD || (found !== NOT_HELD && this.names.has(permission.name))
  }
}

/** The numbers of a registry's permissions. With them, permissions are compared without reading names. */
export interface PermissionNumbers {
  /** Returns the granted permissions as a set. */
  hold(permissions: readonly Permission[]): GrantedPermissions
}

/**
 * Lays out a table in which a permission of the registry is found by its number. A look-up reads one byte, however many
 * permissions there are.
 *
 * A permission that is outside the registry is compared by name. So is a permission that was declared twice.
 */
export function numberPermissions(known: readonly Permission[]): PermissionNumbers {
  const numbers = known.map(numberOf).filter((number) => number !== undefined)
  const first = numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY)
  const last = numbers.reduce((most, number) => Math.max(most, number), 0)
  // Permissions of other registries, declared in between, leave holes in the table. A table of nearly only holes is
  // left empty, because names are cheaper then.
  const span = numbers.length === 0 ? 0 : last - first + 1
  const notHeld = new Uint8Array(span > MOST_SPREAD * numbers.length ? 0 : span)
  for (const number of numbers) notHeld[number - first] = NOT_HELD

  return {
    hold(permissions) {
      const table = notHeld.slice()
      for (const number of permissions.map(numberOf)) if (number !== undefined) table[number - first] = HELD
      return new GrantedPermissions(permissions, table, first)
    },
  }
}

const NOT_HELD = 1
const HELD = 2
const MOST_SPREAD = 100
