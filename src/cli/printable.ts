/**
 * Text from a database or a directory as a terminal may have it: what could move the cursor, change colours, start a
 * new line, turn the direction of writing around, or stand there unseen is spelled out.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** JSON on one line, with the same characters spelled out as JSON does it. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (character) => character.split('').map(escapeUnit).join(''))
}

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
