/**
 * Returns the widths of a table's columns so that the whole fits a width. A width includes a space on both sides.
 * Undefined when words would have to be broken.
 */
export function columnWidths(rows: readonly (readonly string[])[], width: number): number[] | undefined {
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? ''))
  const widths = columns.map((cells) => PADDING + Math.max(...cells.map(textWidth)))
  const least = columns.map((cells) => PADDING + Math.max(...cells.flatMap((cell) => cell.split(' ')).map(textWidth)))
  // A line stands before each column, and one after the last.
  const room = width - columns.length - 1
  if (sum(least) > room) return undefined
  while (sum(widths) > room) {
    const slack = widths.map((each, column) => each - (least[column] ?? 0))
    const widest = slack.reduce((best, each, column) => (each > (slack[best] ?? 0) ? column : best), 0)
    widths[widest] = (widths[widest] ?? 0) - Math.max(1, Math.min(slack[widest] ?? 1, sum(widths) - room))
  }
  return widths
}

const PADDING = 2

/** Returns the number of terminal columns that a text takes. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return width
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
