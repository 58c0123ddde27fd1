import type { ColumnType } from './column-type.ts'

/** The value by which a row is looked up. */
export type Spelling = { readonly id: string } | { readonly name: string }

/** Returns the values that a column of this type can have for an id or a name. Empty when the column can hold none. */
export function valuesFor({ kind }: ColumnType, spelling: Spelling): readonly (string | bigint | Buffer)[] {
  const text = 'id' in spelling ? spelling.id : spelling.name
  if (kind === 'bytes' || kind === 'fixed bytes') {
    if ('name' in spelling) return [Buffer.from(text)]
    return /^(?:[0-9a-f]{2})+$/.test(text) ? [Buffer.from(text, 'hex')] : []
  }
  return kind === 'dynamic' && isInteger(text) ? [text, BigInt(text)] : [text]
}

/** Returns true for an integer of 64 bits. */
function isInteger(text: string): boolean {
  return /^(?:0|-?[1-9]\d{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
}
