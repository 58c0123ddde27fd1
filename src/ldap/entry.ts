import { type AttributeForms, attributeForms } from './attribute-forms.ts'
import { attributeKey } from './attribute-name.ts'

/** An entry of the directory. Attribute names are asked for in any spelling, as LDAP has it. */
export interface Entry {
  readonly dn: string
  /**
   * All values of an attribute; none when it is missing, or not to be read by whoever asked.
   *
   * @throws {UnfitEntryError} when a value has not the form of its attribute, such as bytes where text is expected.
   */
  texts(attribute: string): readonly string[]
  /** The first value. @throws {UnfitEntryError} */
  text(attribute: string): string | undefined
}

/** An entry whose own content keeps it from being an account. The message is for the log, and says what to do. */
export class UnfitEntryError extends Error {
  override readonly name = 'UnfitEntryError'
}

/** An entry as the client hands it out. */
export interface WireEntry {
  readonly dn: string
  readonly [attribute: string]: string | Buffer | readonly string[] | readonly Buffer[]
}

/** @throws {UnfitEntryError} when its name is no UTF-8. */
export function readEntry(wire: WireEntry, forms: AttributeForms = DEFAULT_FORMS): Entry {
  const { dn } = wire
  // The client puts U+FFFD in the place of what it cannot read, and another entry may be called just that.
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

/** Active Directory sends the first of very many values as `member;range=0-1499`. */
function hasRange(attributes: ReadonlyMap<string, unknown>, key: string): boolean {
  for (const name of attributes.keys()) if (name.startsWith(`${key};range=`)) return true
  return false
}
