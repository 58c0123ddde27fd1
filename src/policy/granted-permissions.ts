import { numberOf, type Permission } from './permission.ts'
import { readOnlySet } from './read-only-set.ts'

/** What the roles of a person bring. Two permissions of one name are one. */
export class GrantedPermissions {
  readonly names: ReadonlySet<string>
  /** What is known of the permissions from number `first` on. */
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

/** How the permissions of a role book are told apart without looking at their names. */
export interface PermissionNumbers {
  /** Those that are held, of the permissions of the book. */
  hold(permissions: readonly Permission[]): GrantedPermissions
}

/**
 * Lays out a table in which a permission of the book is found by its number: however many there are, a look at one byte.
 * What is not in the book is known by its name, like one of the same name that was declared a second time.
 */
export function numberPermissions(known: readonly Permission[]): PermissionNumbers {
  const numbers = known.map(numberOf).filter((number) => number !== undefined)
  const first = numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY)
  const last = numbers.reduce((most, number) => Math.max(most, number), 0)
  // Where others were declared in between, the table has holes. It is not worth it when it is nearly all holes.
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
