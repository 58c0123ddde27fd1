/** How long an answer is waited for. What is done in the background does not keep the process alive. */
export interface Patience {
  readonly ms: number
  readonly background?: boolean
}

/** There was no answer in time. The server may still do what it was asked. */
export class NoAnswer extends Error {
  constructor({ ms }: Patience) {
    super(`no answer within ${ms} ms`)
  }
}

/** @throws {NoAnswer} when time is up. */
export function withinTime<T>(patience: Patience, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer(patience)), patience.ms)
    if (patience.background) timer.unref()
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
