/**
 * Escapes a text for a filter (RFC 4515, section 3), so that it matches only itself.
 *
 * Escapes ASCII only. Why: other characters need no escape, and the client would misread their UTF-8 bytes.
 */
export function escapeFilter(text: string): string {
  return text.replace(/[\\*()\0]/g, (character) => `\\${hex(character)}`)
}

/** Escapes a text as a value of a distinguished name (RFC 4514, section 2.4). */
export function escapeDn(text: string): string {
  return text.replace(/[\\"+,;<>=\0]|^[ #]| $/g, (character) => `\\${character === '\0' ? '00' : character}`)
}

/** Replaces the `{names}` of a template by escaped values. Braces within a value stay text. */
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
