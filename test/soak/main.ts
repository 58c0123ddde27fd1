import { parseArgs } from 'node:util'
import { type Measured, soak } from './soak.ts'

// `npm run soak`, or `npm run soak -- --minutes 60`: a line for each measurement, and whether memory has grown.

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' }, people: { type: 'string' } } })
const minutes = Number(values.minutes)
const people = Number(values.people ?? 200_000)
if (!(minutes > 0) || !Number.isSafeInteger(people) || people < 1) {
  console.error('Usage: npm run soak -- [--minutes 5] [--people 200000]')
  process.exit(2)
}

/** With fewer, nothing could be said. */
const FEWEST_ROUNDS = 5
const start = performance.now()
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

function print({ rounds, requests, heap, external, rss }: Measured): void {
  const elapsed = `${Math.round((performance.now() - start) / 1000)} s`.padStart(6)
  const memory = `heap ${megabytes(heap)}, external ${megabytes(external)}, of the system ${megabytes(rss)}`
  console.log(`${elapsed}  round ${rounds.toFixed(2)}  ${requests} requests  ${memory}`)
}

const { measured, tally, before, after, flat } = await soak({
  people,
  cache: Math.min(65_536, Math.floor(people / 3)),
  goesOn: (rounds) => rounds < FEWEST_ROUNDS || performance.now() - start < minutes * 60_000,
  onMeasured: print,
})
console.log(
  Object.entries(tally)
    .map(([what, count]) => `${what}: ${count}`)
    .join('; '),
)
console.log(
  `Once as much ended as began, memory was at least ${megabytes(before)} in the first half of ${measured.length} ` +
    `measurements, and ${megabytes(after)} in the second: ${flat ? 'flat' : 'IT GROWS'}.`,
)
process.exitCode = flat ? 0 : 1
