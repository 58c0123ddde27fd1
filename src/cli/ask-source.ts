import { type Duration, toMilliseconds } from '../duration.ts'
import type { Outcome, UserSource } from '../index.ts'
import { reasonOf } from '../reason-of.ts'
import { withDeadline } from '../resilience/deadline.ts'

/** The result of asking a source. */
export interface SourceAnswer<T = Outcome> {
  /** Undefined when the source failed. */
  readonly answer?: T
  /** The reason of the failure. */
  readonly failure?: string
  readonly milliseconds: number
}

/** Asks a source, for at most the source's deadline. A failure is a value, so this function never throws. */
export async function askSource<T>(
  { deadline = DEADLINE }: Pick<UserSource, 'deadline'>,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<SourceAnswer<T>> {
  const startedAt = performance.now()
  const passed = () => Math.round((performance.now() - startedAt) * 10) / 10
  try {
    const answer = await withDeadline({ ms: toMilliseconds(deadline, 'deadline') }, ask)
    return { answer, milliseconds: passed() }
  } catch (cause) {
    return { failure: reasonOf(cause), milliseconds: passed() }
  }
}

/** The default of `createAuth`. */
const DEADLINE: Duration = '5s'

/** Returns the present state of an account, without a password. Undefined when the source has no `lookup`. */
export async function lookUp(source: UserSource, accountId: string): Promise<SourceAnswer | undefined> {
  if (!source.lookup) return undefined
  const asked = await askSource(source, async (signal) => {
    await source.ready?.()
    return source.lookup?.(accountId, signal)
  })
  const { answer, milliseconds } = asked
  if (answer === undefined) return { failure: asked.failure ?? 'it answered nothing', milliseconds }
  return answer.outcome === 'unavailable' ? { failure: reasonOf(answer.cause), milliseconds } : { answer, milliseconds }
}
