/** How many bytes of memory are kept that were not before, in the heap or beside it. Takes `--expose-gc`. */
export function weigh(fill: () => void): number {
  const before = inUse()
  fill()
  return inUse() - before
}

function inUse(): number {
  const gc = globalThis.gc as () => void
  gc()
  // What a collection finds beside the heap is given back by the next one at the latest.
  gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
