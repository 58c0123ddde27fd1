import { executionAsyncResource } from 'node:async_hooks'

let kept: object | undefined

/**
 * Keeps one of the objects that `process.nextTick()` makes, so that V8 does not forget what they look like.
 *
 * Node makes each by an object literal with computed keys, which V8 has made fast for the one shape that it has seen.
 * Nothing but the objects themselves keeps that shape alive: when a full garbage collection comes while no tick is
 * pending, as happens after the modules of an application are loaded, the next tick has a new one, and from then on
 * every tick of the process takes the slow way for good, four times as long or more (Node 22 to 26). A request has
 * several ticks, so a quarter of what a small application could answer is at stake, whatever its authentication.
 */
export function keepTickShape(): void {
  if (kept) return
  process.nextTick(() => {
    kept = executionAsyncResource()
  })
}
