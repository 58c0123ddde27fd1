/**
 * Returns text from a database or a directory in a form that is safe on a terminal. Some characters could move the
 * cursor, change colours, start a new line, reverse the direction of writing, or stay invisible. They are spelled out.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** Returns JSON on one line, with the same characters escaped as in JSON. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (character) => character.split('').map(escapeUnit).join(''))
}

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
