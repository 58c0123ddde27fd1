import { type Duration, toMilliseconds } from '../duration.ts'
import type { Outcome, UserSource } from '../index.ts'
import { reasonOf } from '../reason-of.ts'
import { withDeadline } from '../resilience/deadline.ts'

/** What asking a source came to. */
export interface SourceAnswer<T = Outcome> {
  /** Undefined when it failed. */
  readonly answer?: T
  /** Why it failed. */
  readonly failure?: string
  readonly milliseconds: number
}

/** Asks a source something, no longer than it may take to answer. Never throws. */
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

/** As `createAuth` has it, when nothing else is said. */
const DEADLINE: Duration = '5s'

/** How an account stands now, without a password. Undefined when the source cannot tell that. */
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
