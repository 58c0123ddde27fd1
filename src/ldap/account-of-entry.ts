import type { JsonValue } from '../users/account.ts'
import { accepted, blocked, type Outcome } from '../users/outcome.ts'
import type { Entry } from './entry.ts'
import { findGroups } from './find-groups.ts'
import { idOf, type Search } from './find-person.ts'
import type { Settings } from './settings.ts'

/** Whoever is not kept out is accepted, with the roles of the moment. Says nothing about passwords. */
export async function admit(entry: Entry, search: Search, settings: Settings): Promise<Outcome> {
  const { people, description, properties, groups, rolesOf, state } = settings
  const obstacle = state.obstacle(entry)
  if (obstacle !== undefined) return blocked(obstacle, { accountId: idOf(entry, people) })
  const name = entry.text(people.userAttribute)
  if (!name) throw new Error(`${entry.dn} has no ${people.userAttribute} that could be read`)
  return accepted({
    id: idOf(entry, people),
    name,
    description: entry.text(description) ?? '',
    roles: rolesOf(await findGroups(search, groups, people.base, entry, name)),
    properties: readProperties(entry, properties),
  })
}

/** One value is a text, several are a list, none is no property. */
function readProperties(entry: Entry, properties: Readonly<Record<string, string>>): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([property, attribute]) => {
      const [first, ...more] = entry.texts(attribute)
      return first === undefined ? [] : [[property, more.length > 0 ? [first, ...more] : first]]
    }),
  )
}
