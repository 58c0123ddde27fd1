import { write } from './output.ts'
import { printableJson } from './printable.ts'

/** Prints one JSON value on one line. */
export function printJson(value: unknown): Promise<void> {
  return write(`${printableJson(value)}\n`)
}

/** Prints one JSON array, an item a line, as the items arrive. Why: the whole may exceed the memory. */
export async function printJsonArray(items: AsyncIterable<unknown>): Promise<void> {
  let waiting = '['
  let separator = '\n'
  for await (const item of items) {
    waiting += `${separator}${printableJson(item)}`
    separator = ',\n'
    if (waiting.length < CHUNK) continue
    await write(waiting)
    waiting = ''
  }
  await write(`${waiting}${separator === '\n' ? '' : '\n'}]\n`)
}

const CHUNK = 65_536
