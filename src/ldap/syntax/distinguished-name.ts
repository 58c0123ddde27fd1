import { OCTET_FORMS } from '../octets.ts'

/** Distinguished names as servers and people write them, made comparable (RFC 4514). */

/**
 * One spelling for all spellings of a name: `CN=Staff, OU=Groups` and `cn=staff,ou=groups` are equal. Case does not
 * matter, as in nearly every attribute that names are made of.
 */
export function canonicalDn(dn: string): string {
  return partsOf(dn).join(',')
}

/** Whether a name lies below another, or is it. */
export function isWithin(dn: string, base: string): boolean {
  const [parts, baseParts] = [partsOf(dn), partsOf(base)]
  return baseParts.length <= parts.length && parts.slice(parts.length - baseParts.length).join() === baseParts.join()
}

/**
 * The common name at the front of a name: `cn=Staff,ou=groups` → `Staff`. Undefined when there is none, or when its
 * bytes are no UTF-8.
 */
export function commonNameOf(dn: string): string | undefined {
  const [first = ''] = split(dn, ',')
  for (const part of split(first, '+')) {
    const [, value] = /^\s*(?:cn|2\.5\.4\.3)\s*=([\s\S]*)$/i.exec(part) ?? []
    if (value !== undefined) return textOf(trimmed(value))
  }
  return undefined
}

/** Whether all bytes that a name writes as `\xx` are UTF-8. */
export function isReadableDn(dn: string): boolean {
  return unescaped(dn) !== undefined
}

function partsOf(dn: string): string[] {
  if (dn.trim() === '') return []
  return split(dn, ',').map((part) => split(part, '+').map(canonicalPair).sort().join('+'))
}

function canonicalPair(pair: string): string {
  const equals = pair.indexOf('=')
  const type = pair.slice(0, Math.max(equals, 0)).trim().toLowerCase()
  const written = trimmed(pair.slice(equals + 1))
  const value = textOf(written)
  // A value that is no text stays as it is written. No value that is text looks like it, since those stand in quotes.
  if (value === undefined) return `${type}=${written.toLowerCase()}`
  // Written back unambiguously: a comma within a value must not look like one between two.
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
 * Without the spaces around it, but with a last one that is escaped. Why no pattern: one is tried at every space, in the
 * square of their number.
 */
function trimmed(value: string): string {
  let end = value.length
  while (value[end - 1] === ' ') end -= 1
  const isEscaped = end < value.length && value[end - 1] === '\\'
  return value.slice(0, isEscaped ? end + 1 : end).replace(/^ +/, '')
}

/** The text of a value. Undefined when its bytes are no text in UTF-8. */
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

/** `\2c` and `\,` are both a comma; bytes that follow each other are UTF-8. Undefined when they are none. */
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
