import { executionAsyncResource } from 'node:async_hooks'

const kept: object[] = []

/**
 * Keeps one of the objects that `process.nextTick()` makes, so that V8 keeps their shape.
 *
 * Node makes each object by a literal with computed keys, and V8 optimises the literal for the one shape that it has
 * seen. Only the objects themselves keep the shape alive. A full garbage collection while no tick is pending can remove
 * the shape, and may happen several times while an application starts. The next tick then has a new shape, and every
 * later tick of the process takes four times as long or more (Node 22 to 26). A request has several ticks, so a small
 * application loses up to a quarter of its requests per second, with any authentication.
 *
 * Call the function early. Why: a lost shape cannot be restored.
 */
export function keepTickShape(): void {
  process.nextTick(() => kept.push(executionAsyncResource()))
}
