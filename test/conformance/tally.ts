/** The results of the vectors of one corpus. */
export class Tally {
  passed = 0
  /** One line for each vector that failed. */
  readonly failures: string[] = []
  /** How many vectors were skipped, by reason. */
  readonly skipped = new Map<string, number>()

  /** Counts one vector: passed when the two values are the same, failed otherwise. */
  compare(vector: string, actual: string | undefined, expected: string | undefined): void {
    if (actual === expected) this.passed += 1
    else this.failures.push(`${vector}: expected ${shown(expected)}, got ${shown(actual)}`)
  }

  skip(reason: string, count: number): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + count)
  }
}

function shown(text: string | undefined): string {
  return text === undefined ? 'a refusal' : JSON.stringify(text)
}
