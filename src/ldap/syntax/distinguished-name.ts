import { OCTET_FORMS } from '../octets.ts'

/** Comparison of distinguished names in the spellings of servers and people (RFC 4514). */

/**
 * Returns one spelling for all spellings of a name: `CN=Staff, OU=Groups` and `cn=staff,ou=groups` are equal. Case is
 * ignored, as in nearly every attribute that names are made of.
 */
export function canonicalDn(dn: string): string {
  return partsOf(dn).join(',')
}

/** Returns true when a name lies below `base`, or equals it. */
export function isWithin(dn: string, base: string): boolean {
  const [parts, baseParts] = [partsOf(dn), partsOf(base)]
  return baseParts.length <= parts.length && parts.slice(parts.length - baseParts.length).join() === baseParts.join()
}

/**
 * Returns the common name at the front of a name: `cn=Staff,ou=groups` → `Staff`. Undefined when the common name is
 * missing or invalid UTF-8.
 */
export function commonNameOf(dn: string): string | undefined {
  const pair = firstPairs(dn).find(({ type }) => type === 'cn' || type === '2.5.4.3')
  return pair && textOf(pair.written)
}

/** Returns the first attribute of a name, in small letters, and its value. Undefined when the text begins otherwise. */
export function firstPairOf(dn: string): NamePair | undefined {
  const [first] = firstPairs(dn)
  return first?.type ? { type: first.type, value: textOf(first.written) } : undefined
}

export interface NamePair {
  readonly type: string
  /** The text of the value. Undefined when the bytes are invalid UTF-8. */
  readonly value: string | undefined
}

/** Returns true when all bytes written as `\xx` are valid UTF-8. */
export function isReadableDn(dn: string): boolean {
  return unescaped(dn) !== undefined
}

function partsOf(dn: string): string[] {
  if (dn.trim() === '') return []
  return split(dn, ',').map((part) => pairsOf(part).map(canonicalPair).sort().join('+'))
}

interface WrittenPair {
  readonly type: string
  /** The value with its escapes. */
  readonly written: string
}

function firstPairs(dn: string): WrittenPair[] {
  const [first = ''] = split(dn, ',')
  return pairsOf(first)
}

function pairsOf(part: string): WrittenPair[] {
  return split(part, '+').map((pair) => {
    const equals = pair.indexOf('=')
    const type = pair.slice(0, Math.max(equals, 0)).trim().toLowerCase()
    return { type, written: trimmed(pair.slice(equals + 1)) }
  })
}

function canonicalPair({ type, written }: WrittenPair): string {
  const value = textOf(written)
  // A value that is invalid text stays as written. Valid values stand in quotes, so the two stay distinct.
  if (value === undefined) return `${type}=${written.toLowerCase()}`
  // Quoted, so that a comma within a value differs from a comma between two values.
  return `${type}=${JSON.stringify(value.toLowerCase().replace(/ +/g, ' '))}`
}

function split(text: string, separator: string): string[] {
  const pieces = ['']
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === separator) pieces.push('')
    else pieces[pieces.length - 1] += character === '\\' ? character + text.charAt(++index) : character
  }
  return pieces
}

/**
 * Returns the value without the spaces around it. An escaped space at the end stays. Why by hand: a pattern is tried at
 * every space, and takes time that grows with the square of their number.
 */
function trimmed(value: string): string {
  let end = value.length
  while (value[end - 1] === ' ') end -= 1
  const isEscaped = end < value.length && value[end - 1] === '\\'
  return value.slice(0, isEscaped ? end + 1 : end).replace(/^ +/, '')
}

/** Returns the text of a value. Undefined when the bytes are invalid UTF-8. */
function textOf(written: string): string | undefined {
  const [, digits] = /^#((?:[0-9a-f]{2})+)$/i.exec(written) ?? []
  return digits === undefined ? unescaped(written) : textInBer(Buffer.from(digits, 'hex'))
}

/**
 * The text that a value in hexadecimal digits encodes (RFC 4514, section 2.4): an octet string, or a string whose
 * characters are those of UTF-8.
 */
function textInBer(bytes: Buffer): string | undefined {
  const [tag = 0, length = 0] = bytes
  if (!TEXT_TAGS.has(tag)) return undefined
  // From 128 on, this byte says how many bytes the length has.
  const start = length < 0x80 ? 2 : 2 + (length & 0x7f)
  const size = length < 0x80 ? length : Number.parseInt(bytes.toString('hex', 2, start) || '0', 16)
  return bytes.length > 1 && bytes.length === start + size ? OCTET_FORMS.text.write(bytes.subarray(start)) : undefined
}

/** OCTET STRING, UTF8String, PrintableString and IA5String. */
const TEXT_TAGS: ReadonlySet<number> = new Set([0x04, 0x0c, 0x13, 0x16])

/**
 * Returns the text without escapes. `\2c` and `\,` are both a comma. Escaped bytes in a row are read as UTF-8.
 * Undefined when the bytes are invalid.
 */
function unescaped(value: string): string | undefined {
  let isText = true
  const text = value.replace(/(?:\\[0-9a-f]{2})+|\\([\s\S])/gi, (escaped, character?: string) => {
    if (character !== undefined) return character
    const written = OCTET_FORMS.text.write(Buffer.from(escaped.replaceAll('\\', ''), 'hex'))
    isText &&= written !== undefined
    return written ?? ''
  })
  return isText ? text : undefined
}
