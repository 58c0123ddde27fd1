import { isPossibleName } from './credentials.ts'
import { type Entry, UnfitEntryError } from './entry.ts'
import type { People } from './find-person.ts'

/**
 * Returns the id of a user within the source. By default the id is the user name, which administrators read and type.
 * The name is taken from the entry in small letters. Why: directories treat every spelling of a name as equal.
 *
 * @throws {UnfitEntryError} when the entry lacks the attribute, or has several values.
 */
export function idOf(entry: Entry, people: People): string {
  const { idAttribute } = people
  return idAttribute === undefined ? nameOf(entry, people).toLowerCase() : onlyText(entry, idAttribute)
}

/**
 * Returns the user name as the directory spells it.
 *
 * @throws {UnfitEntryError} when the entry lacks the attribute, or has several values.
 */
export function nameOf(entry: Entry, { userAttribute }: People): string {
  return onlyText(entry, userAttribute)
}

/**
 * Returns the only value of an attribute. Why one value: users who may write a second value could choose another user's
 * name.
 */
function onlyText(entry: Entry, attribute: string): string {
  const [text, ...more] = entry.texts(attribute)
  if (!text) throw new UnfitEntryError(`${entry.dn} has no ${attribute} that could be read`)
  if (more.length > 0) {
    throw new UnfitEntryError(
      `${entry.dn} has ${more.length + 1} values of ${attribute}, and what names a person needs one value`,
    )
  }
  if (isPossibleName(text)) return text
  throw new UnfitEntryError(`the ${attribute} of ${entry.dn} is no name that anybody can have`)
}
