import { InvalidArgumentError } from 'commander'
import { note } from './output.ts'

/** The option of lists that may be long. */
export const LIMIT = ['--limit <number>', 'show no more than this many', readLimit] as const

function readLimit(text: string): number {
  const limit = Number(text)
  if (Number.isSafeInteger(limit) && limit >= 1) return limit
  throw new InvalidArgumentError('It is a whole number, 1 or more.')
}

/** Yields the wanted items, up to `limit`. A note tells when there are more. */
export async function* chosen<T>(
  items: AsyncIterable<T>,
  isWanted: (item: T) => boolean,
  limit: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<T> {
  let shown = 0
  for await (const item of items) {
    if (!isWanted(item)) continue
    if (shown === limit) return note(`Note: there are more than ${limit}.`)
    shown += 1
    yield item
  }
}
