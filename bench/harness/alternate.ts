import { type Estimate, estimate, FEWEST_ROUNDS } from './statistics.ts'

/** One of the alternatives that are compared. */
export interface Contender {
  readonly name: string
  /** Takes one measurement: short, so that whatever else the machine does concerns all alternatives alike. */
  measure(): Sample | Promise<Sample>
}

/** What was measured, by name of the figure. */
export type Sample = Readonly<Record<string, number>>

/** The measurements of all rounds. Ratios are taken within a round, between measurements that are close in time. */
export interface Measured {
  of(name: string, figure: string): Estimate
  ratio(name: string, base: string, figure: string): Estimate
  /** Of the differences within each round. */
  difference(name: string, base: string, figure: string): Estimate
}

/** Measures all alternatives once a round, each round in another random order. */
export async function alternate(contenders: readonly Contender[], rounds: number, warmUps = 1): Promise<Measured> {
  if (rounds < FEWEST_ROUNDS) throw new Error(`At least ${FEWEST_ROUNDS} rounds are needed.`)
  for (let warmUp = 0; warmUp < warmUps; warmUp += 1) for (const contender of contenders) await contender.measure()
  const samples = new Map(contenders.map(({ name }) => [name, [] as Sample[]]))
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, measure } of shuffled(contenders)) samples.get(name)?.push(await measure())
  }

  function figures(name: string, figure: string): number[] {
    const taken = samples.get(name)
    if (!taken) throw new Error(`Nothing was measured of ${name}.`)
    return taken.map((sample) => sample[figure] ?? Number.NaN)
  }

  function pairs(name: string, base: string, figure: string): [number, number][] {
    const bases = figures(base, figure)
    return figures(name, figure).map((value, round) => [value, bases[round] ?? Number.NaN])
  }

  return {
    of: (name, figure) => estimate(figures(name, figure)),
    ratio: (name, base, figure) => estimate(pairs(name, base, figure).map(([value, of]) => value / of)),
    difference: (name, base, figure) => estimate(pairs(name, base, figure).map(([value, from]) => value - from)),
  }
}

/**
 * What was measured of several sets of processes, one median of each. A process keeps whatever luck it has, such as
 * where its memory lies and what was compiled when: more rounds of the same processes would not show that.
 */
export function acrossProcesses(measured: readonly Measured[]): Measured {
  const over = (medianOf: (each: Measured) => Estimate) => estimate(measured.map((each) => medianOf(each).median))
  return {
    of: (name, figure) => over((each) => each.of(name, figure)),
    ratio: (name, base, figure) => over((each) => each.ratio(name, base, figure)),
    difference: (name, base, figure) => over((each) => each.difference(name, base, figure)),
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
