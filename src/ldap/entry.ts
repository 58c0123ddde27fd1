import { type AttributeForms, attributeForms } from './attribute-forms.ts'
import { attributeKey } from './attribute-name.ts'

/** An entry of the directory. Names of attributes may be given in any spelling, as in LDAP. */
export interface Entry {
  readonly dn: string
  /**
   * Returns all values of an attribute. Empty when the attribute is missing or unreadable for the bound account.
   *
   * @throws {UnfitEntryError} when a value differs from the form of its attribute, such as bytes where text is
   * expected.
   */
  texts(attribute: string): readonly string[]
  /**
   * Returns the first value.
   *
   * @throws {UnfitEntryError} when a value differs from the form of its attribute.
   */
  text(attribute: string): string | undefined
}

/** Thrown for an entry whose content is unfit for an account. The message is for the log, and says what to do. */
export class UnfitEntryError extends Error {
  override readonly name = 'UnfitEntryError'
}

/** An entry as the client returns it. */
export interface WireEntry {
  readonly dn: string
  readonly [attribute: string]: string | Buffer | readonly string[] | readonly Buffer[]
}

/**
 * Reads an entry.
 *
 * @throws {UnfitEntryError} when the entry's name is invalid UTF-8.
 */
export function readEntry(wire: WireEntry, forms: AttributeForms = DEFAULT_FORMS): Entry {
  const { dn } = wire
  // The client replaces invalid bytes by U+FFFD, and another entry may really have that name.
  if (typeof dn !== 'string' || dn.includes('\ufffd')) throw new UnfitEntryError('an entry has a name that is no UTF-8')
  const attributes = new Map<string, Buffer[]>()
  for (const [name, value] of Object.entries(wire)) {
    if (name === 'dn') continue
    const key = attributeKey(name)
    const values = [value].flat().map((each) => (typeof each === 'string' ? Buffer.from(each, 'utf8') : each))
    attributes.set(key, [...(attributes.get(key) ?? []), ...values])
  }
  function texts(attribute: string): readonly string[] {
    const key = attributeKey(attribute)
    if (hasRange(attributes, key)) throw new UnfitEntryError(`${dn} has more ${attribute} than the directory tells`)
    const form = forms(attribute)
    return (attributes.get(key) ?? []).map((bytes) => {
      const text = form.write(bytes)
      if (text !== undefined) return text
      throw new UnfitEntryError(
        `${dn} has a ${attribute} that is no such text: say in octets: { ${JSON.stringify(attribute)}: … } how its bytes are written`,
      )
    })
  }
  return { dn, texts, text: (attribute) => texts(attribute)[0] }
}

const DEFAULT_FORMS = attributeForms()

/**
 * Returns true when values are missing: Active Directory sends the first of very many values as `member;range=0-1499`.
 */
function hasRange(attributes: ReadonlyMap<string, unknown>, key: string): boolean {
  for (const name of attributes.keys()) if (name.startsWith(`${key};range=`)) return true
  return false
}
