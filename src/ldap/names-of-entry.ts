import { isPossibleName } from './credentials.ts'
import { type Entry, UnfitEntryError } from './entry.ts'
import type { People } from './find-person.ts'

/**
 * Names the person within the source. By default by the user name, because that is what administrators read and type;
 * from the entry and in small letters, because directories take every spelling of it for the same.
 *
 * @throws {UnfitEntryError} when the entry has no such name, or several.
 */
export function idOf(entry: Entry, people: People): string {
  const { idAttribute } = people
  return idAttribute === undefined ? nameOf(entry, people).toLowerCase() : onlyText(entry, idAttribute)
}

/**
 * The user name, as the directory has it.
 *
 * @throws {UnfitEntryError} when the entry has no such name, or several.
 */
export function nameOf(entry: Entry, { userAttribute }: People): string {
  return onlyText(entry, userAttribute)
}

/** Why one value: people who may write a second one could choose whose name they bear. */
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
