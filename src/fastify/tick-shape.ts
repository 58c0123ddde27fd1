import { executionAsyncResource } from 'node:async_hooks'

const kept: object[] = []

/**
 * Keeps one of the objects that `process.nextTick()` makes, so that V8 does not forget what they look like.
 *
 * Node makes each by an object literal with computed keys, which V8 has made fast for the one shape that it has seen.
 * Nothing but the objects themselves keeps that shape alive. A full garbage collection while no tick is pending, of
 * which there may be several while an application starts, can let go of it; then the next tick has a new shape, and
 * every tick of the process takes the slow way from there on: four times as long or more (Node 22 to 26). A request has
 * several ticks, so a quarter of what a small application could answer is at stake, whatever its authentication.
 *
 * To be called early, since it cannot bring back a shape that is lost.
 */
export function keepTickShape(): void {
  process.nextTick(() => kept.push(executionAsyncResource()))
}
