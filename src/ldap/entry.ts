import type { Entry as WireEntry } from 'ldapts'

/** An entry of the directory. Attribute names are asked for in any case, as LDAP has it. */
export interface Entry {
  readonly dn: string
  /** All values of an attribute; none when it is missing, or not to be read by whoever asked. */
  texts(attribute: string): readonly string[]
  /** The first value. */
  text(attribute: string): string | undefined
}

/** What holds bytes rather than text is asked for by its exact name, and shown as text in the usual form. */
export const BINARY_ATTRIBUTES: readonly string[] = ['objectGUID']

export function readEntry(wire: WireEntry): Entry {
  const attributes = new Map<string, readonly string[]>()
  for (const [name, value] of Object.entries(wire)) {
    if (name === 'dn') continue
    const values: readonly (string | Buffer)[] = Array.isArray(value) ? value : [value]
    attributes.set(
      name.toLowerCase(),
      values.map((each) => (typeof each === 'string' ? each : textOf(name, each))),
    )
  }
  const texts = (attribute: string) => attributes.get(attribute.toLowerCase()) ?? []
  return { dn: wire.dn, texts, text: (attribute) => texts(attribute)[0] }
}

function textOf(name: string, value: Buffer): string {
  return BINARY_ATTRIBUTES.includes(name) ? guidText(value) : value.toString('utf8')
}

/** The bytes of a GUID in the order in which Windows writes it: the first three groups are little-endian. */
export function guidText(bytes: Buffer): string {
  const hex = (...positions: readonly number[]) =>
    positions.map((position) => (bytes[position] ?? 0).toString(16).padStart(2, '0')).join('')
  return [hex(3, 2, 1, 0), hex(5, 4), hex(7, 6), hex(8, 9), hex(10, 11, 12, 13, 14, 15)].join('-')
}

/** The way back, or undefined when it is no GUID. */
export function guidBytes(text: string): Buffer | undefined {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return undefined
  const raw = Buffer.from(text.replaceAll('-', ''), 'hex')
  return Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((position) => raw[position] ?? 0))
}
