import type { JsonValue } from '../users/account.ts'
import { accepted, blocked, type Outcome } from '../users/outcome.ts'
import { type Entry, UnfitEntryError } from './entry.ts'
import { findGroups } from './find-groups.ts'
import type { Search } from './find-person.ts'
import { idOf, nameOf } from './names-of-entry.ts'
import type { Settings } from './settings.ts'

/** Accepts an entry without an obstacle, with its current roles. Passwords are checked elsewhere. */
export async function admit(entry: Entry, search: Search, settings: Settings): Promise<Outcome> {
  const { people, state } = settings
  const obstacle = state.obstacle(entry)
  if (obstacle !== undefined) return blocked(obstacle, { accountId: idOf(entry, people) })
  const account = describe(entry, settings)
  const groups = await findGroups(search, settings.groups, people.base, entry, account.name)
  return accepted({ ...account, roles: settings.rolesOf(groups) })
}

/**
 * Returns the values of an account that the entry itself holds.
 *
 * @throws {UnfitEntryError} when the entry has no such name, several names, or bytes where text is expected.
 */
export function describe(entry: Entry, { people, description, properties }: Settings) {
  return {
    id: idOf(entry, people),
    name: nameOf(entry, people),
    description: entry.text(description) ?? '',
    properties: readProperties(entry, properties),
  }
}

/**
 * Returns the properties. One value becomes a text, several become a list, and an attribute without values is left out.
 */
function readProperties(entry: Entry, properties: Readonly<Record<string, string>>): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([property, attribute]) => {
      const texts = entry.texts(attribute)
      const [first, ...more] = texts
      if (texts.join('').length > MOST_CHARACTERS || texts.length > MOST_VALUES)
        throw new UnfitEntryError(`the ${attribute} of ${entry.dn} is too long for a property of an account`)
      return first === undefined ? [] : [[property, more.length > 0 ? [first, ...more] : first]]
    }),
  )
}

/** Characters of one property. Why: properties are stored in a cookie. */
const MOST_CHARACTERS = 4000
const MOST_VALUES = 100
