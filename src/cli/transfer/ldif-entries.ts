import { isUtf8 } from 'node:buffer'
import { LONGEST_LINE, NOT_UTF8, readLines } from './lines.ts'

/** An entry with the values of the wanted attributes, or the reason why it cannot be read. */
export type LdifEntry =
  | { readonly at: number; readonly values: LdifValues }
  | { readonly at: number; readonly reason: string }

/**
 * The values of each attribute, by its name in lower case and without options such as a language. Values without
 * options come first.
 */
export type LdifValues = ReadonlyMap<string, readonly LdifValue[]>

export interface LdifValue {
  readonly text: string
  readonly hasOptions: boolean
}

/**
 * Yields the entries of an LDIF file (RFC 2849), one at a time. Only the wanted attributes are held in memory, so that
 * large ones such as photographs are skipped. `wanted` has names in lower case.
 */
export async function* readLdifEntries(
  bytes: AsyncIterable<Buffer>,
  wanted: ReadonlySet<string>,
): AsyncGenerator<LdifEntry> {
  let entry: OpenEntry | undefined
  for await (const line of readLines(bytes)) {
    const text = 'text' in line ? line.text.replace(/\r$/, '') : undefined
    if (text === '') {
      if (entry) yield* close(entry)
      entry = undefined
      continue
    }
    entry ??= { at: line.at, lines: [], size: 0, isWanted: false, isOther: true }
    if ('reason' in line) {
      entry.reason ??= line.reason
      entry.isOther = false
    } else take(text ?? '', entry, wanted)
  }
  if (entry) yield* close(entry)
}

interface OpenEntry {
  readonly at: number
  /** The wanted lines, each in the pieces that it was folded into. */
  readonly lines: string[][]
  size: number
  /** True when the last line was wanted. The lines that continue it are then wanted, too. */
  isWanted: boolean
  /** True when all lines so far are other parts of LDIF: comments, its version, the end of a search, references. */
  isOther: boolean
  reason?: string
}

function take(text: string, entry: OpenEntry, wanted: ReadonlySet<string>): void {
  const isFolded = text.startsWith(' ')
  // Another line may begin there, such as one that says who is kept out.
  if (/[\r\n]/.test(text)) entry.reason ??= 'its lines end in more than one way'
  if (!isFolded) {
    entry.isWanted = wanted.has(nameOf(text))
    if (!/^(?:#|(?:version|search|result|ref):)/i.test(text)) entry.isOther = false
  }
  if (!entry.isWanted) return
  entry.size += text.length
  if (entry.size > LONGEST_LINE) entry.reason ??= 'the entry is too long'
  else if (isFolded) entry.lines.at(-1)?.push(text.slice(1))
  else entry.lines.push([text])
}

/** Returns the name of an attribute without its options. */
function nameOf(line: string): string {
  return line.slice(0, Math.max(0, line.search(/[:;]/))).toLowerCase()
}

function* close({ at, lines, reason, isOther }: OpenEntry): Generator<LdifEntry> {
  if (isOther) return
  if (reason !== undefined) return yield { at, reason }
  const values = new Map<string, LdifValue[]>()
  for (const pieces of lines) {
    const line = pieces.join('')
    const name = nameOf(line)
    const read = readValue(line)
    if ('reason' in read) return yield { at, reason: `${name}: ${read.reason}` }
    const value = { text: read.value, hasOptions: line[name.length] === ';' }
    const known = values.get(name)
    if (known) known.push(value)
    else values.set(name, [value])
  }
  if (!values.has('dn')) return yield { at, reason: 'it does not begin with its name, as in dn: uid=anna,dc=example' }
  for (const list of values.values()) list.sort((a, b) => Number(a.hasOptions) - Number(b.hasOptions))
  yield { at, values }
}

function readValue(line: string): { readonly value: string } | { readonly reason: string } {
  const [, mark, text = ''] = /^[^:]*:([:<]?) *(.*)$/s.exec(line) ?? []
  if (mark === '<') return { reason: 'its value is in another file' }
  if (mark !== ':') return { value: text }
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.trim()))
    return { reason: 'it is no base64' }
  const bytes = Buffer.from(text, 'base64')
  return isUtf8(bytes) ? { value: bytes.toString() } : { reason: NOT_UTF8 }
}
