/**
 * Makes a text stand for itself inside a filter (RFC 4515, section 3), whatever is in it.
 *
 * ASCII only: other characters need no escape, and as UTF-8 bytes the client would read them wrongly.
 */
export function escapeFilter(text: string): string {
  return text.replace(/[\\*()\0]/g, (character) => `\\${hex(character)}`)
}

/** Makes a text stand for itself as a value inside a distinguished name (RFC 4514, section 2.4). */
export function escapeDn(text: string): string {
  return text.replace(/[\\"+,;<>=\0]|^[ #]| $/g, (character) => `\\${character === '\0' ? '00' : character}`)
}

/** Puts values into the `{names}` of a template, each made harmless first. Braces in a value are never taken for a name. */
export function fillIn(
  template: string,
  values: Readonly<Record<string, string>>,
  escaped: (text: string) => string,
): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    return value === undefined ? placeholder : escaped(value)
  })
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0')
}
