import type { LdapOctetForm } from './options.ts'

/**
 * A form in which bytes are written as text: one form for all values of an attribute.
 *
 * These bytes are the content of a value, such as a GUID or a SID. The BER around them is read by the LDAP client.
 */
export interface OctetForm {
  /** Returns the text of a value, or undefined when the form cannot express the value. */
  write(bytes: Buffer): string | undefined
  /** Returns the bytes of a text that {@link write} made, or undefined for other texts. */
  read(text: string): Buffer | undefined
}

const WINDOWS_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

export const OCTET_FORMS: Readonly<Record<LdapOctetForm, OctetForm>> = Object.freeze({
  text: { write: textOf, read: (text) => (text.isWellFormed() ? Buffer.from(text, 'utf8') : undefined) },
  hex: {
    write: (bytes) => (bytes.length > 0 ? bytes.toString('hex') : undefined),
    read: (text) => (/^(?:[0-9a-f]{2})+$/.test(text) ? Buffer.from(text, 'hex') : undefined),
  },
  base64: {
    write: (bytes) => (bytes.length > 0 ? bytes.toString('base64') : undefined),
    read: (text) => {
      const bytes = Buffer.from(text, 'base64')
      return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined
    },
  },
  uuid: { write: uuidText, read: uuidBytes },
  guid: {
    write: (bytes) => (bytes.length === 16 ? uuidText(inWindowsOrder(bytes)) : undefined),
    read: (text) => {
      const bytes = uuidBytes(text)
      return bytes && inWindowsOrder(bytes)
    },
  },
  sid: { write: sidText, read: sidBytes },
})

/** Decodes UTF-8, or returns undefined. Why strict: replacing bytes by U+FFFD would make one name of two. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return UTF_8.decode(bytes)
  } catch {
    return undefined
  }
}

/** A byte order mark at the front is kept, so that two values stay two. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function uuidText(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function uuidBytes(text: string): Buffer | undefined {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return undefined
  return Buffer.from(text.replaceAll('-', ''), 'hex')
}

/** Windows writes the first three groups of a GUID with their last byte first. Twice is as before. */
function inWindowsOrder(bytes: Buffer): Buffer {
  return Buffer.from(WINDOWS_ORDER.map((position) => bytes[position] ?? 0))
}

/** `S-1-5-21-…` (MS-DTYP, section 2.4.2). */
function sidText(bytes: Buffer): string | undefined {
  const count = bytes[1] ?? 0
  if (bytes[0] !== 1 || count > MOST_SUB_AUTHORITIES || bytes.length !== 8 + 4 * count) return undefined
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index))
  return ['S', 1, bytes.readUIntBE(2, 6), ...parts].join('-')
}

function sidBytes(text: string): Buffer | undefined {
  const [, authority = '', rest = ''] = /^S-1-(\d{1,15})((?:-\d{1,10})*)$/.exec(text) ?? []
  const parts = rest.split('-').slice(1).map(Number)
  if (authority === '' || parts.length > MOST_SUB_AUTHORITIES || parts.some((part) => part > 0xffff_ffff))
    return undefined
  if (Number(authority) > 0xffff_ffff_ffff) return undefined
  const bytes = Buffer.alloc(8 + 4 * parts.length)
  bytes[0] = 1
  bytes[1] = parts.length
  bytes.writeUIntBE(Number(authority), 2, 6)
  parts.forEach((part, index) => void bytes.writeUInt32LE(part, 8 + 4 * index))
  return sidText(bytes) === text ? bytes : undefined
}

const MOST_SUB_AUTHORITIES = 15
