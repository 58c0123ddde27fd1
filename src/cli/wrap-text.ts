/** Breaks the lines of a text at spaces, so that they fit a width. Commands, which begin with `$`, are left whole. */
export function wrapText(text: string, width: number): string {
  return paragraphs(text.split('\n'))
    .flatMap((line) => wrapLine(line, Math.max(40, width)))
    .join('\n')
}

/** Joins lines that continue each other. Indented lines, short lines and commands stay separate. */
function paragraphs(lines: readonly string[]): string[] {
  const joined: string[] = []
  for (const line of lines) {
    const before = joined.at(-1)
    const goesOn = before !== undefined && before.length > 80 && /^\S/.test(before) && /^\S/.test(line)
    if (goesOn) joined[joined.length - 1] = `${before} ${line}`
    else joined.push(line)
  }
  return joined
}

function wrapLine(line: string, width: number): string[] {
  if (line.length <= width || /^\s*\$ /.test(line)) return [line]
  const indent = /^\s*/.exec(line)?.[0] ?? ''
  // Indents below the text of a line that begins with a term and two spaces, as in a list.
  const hanging = /^\s+\S+ {2,}/.exec(line)?.[0].length ?? indent.length + (indent === '' ? 0 : 2)
  const wrapped: string[] = []
  let current = indent
  for (const word of line.trim().split(/(?<=\S) /)) {
    if (current.trim() !== '' && current.length + word.length + 1 > width) {
      wrapped.push(current)
      current = `${' '.repeat(hanging)}${word.trim()}`
    } else current += current.trim() === '' ? word : ` ${word}`
  }
  return [...wrapped, current]
}
