/**
 * Reads a form-encoded body.
 *
 * Undefined when a field comes twice. Why: what stands in front of the application, such as a filter or a log, may take the
 * other one for the one that counts. The same rule holds for {@link parseJsonBody}.
 */
export function parseFormBody(text: string): Record<string, string> | undefined {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in fields) return undefined
    fields[name] = value
  }
  return fields
}

/**
 * Reads a JSON body.
 *
 * Undefined when it is no JSON, and when an object in it, at whatever depth, has a name twice (RFC 8259, section 4: "the
 * behavior of software that receives such an object is unpredictable"). A name that is written with escapes is the same name.
 */
export function parseJsonBody(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return membersIn(value) === membersWritten(text) ? value : undefined
}

/** How many members the objects of a JSON text have: as many as there are colons outside of strings. */
function membersWritten(json: string): number {
  return json.replace(STRINGS, '').split(':').length - 1
}

const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"/g

/** How many are left once it is parsed. Of two with one name there is one, whatever was in the other. */
function membersIn(value: unknown): number {
  let count = 0
  // Without recursion: an array may lie thousands deep.
  const unread = [value]
  while (unread.length > 0) {
    const next = unread.pop()
    if (typeof next !== 'object' || next === null) continue
    const inner = Object.values(next)
    if (!Array.isArray(next)) count += inner.length
    for (const each of inner) unread.push(each)
  }
  return count
}
