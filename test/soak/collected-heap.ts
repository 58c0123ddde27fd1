import { setTimeout as sleep } from 'node:timers/promises'

/** What a process uses of memory, in bytes, once all that is garbage has been collected. */
export interface Memory {
  readonly heap: number
  /** Outside of the heap, buffers included. */
  readonly external: number
  /** What the operating system has given to the process: it takes its time to get any of it back. */
  readonly rss: number
}

/** Collects what is garbage. The process has to be started with `--expose-gc`. */
export async function collectedHeap(): Promise<Memory> {
  const gc = globalThis.gc
  if (!gc) throw new Error('Garbage can be collected only in a process that is started with --expose-gc.')
  // What one collection finds that nobody needs, such as a socket, may hold on to more until it is done away with.
  for (let turn = 0; turn < TURNS; turn += 1) {
    gc()
    await sleep(TURN_MS)
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed, external, rss }
}

const TURNS = 4
const TURN_MS = 25
