import type { Socket } from 'node:net'
import { LONGEST_TIMER_MS } from '../resilience/deadline.ts'

/** The longest silence of a server while a query waits for its answer, in milliseconds. 0: without a limit. */
export type SilenceLimit = () => number

/**
 * Closes the connection after such a silence, so that the query fails and another connection can take its place. Why: a
 * network loses connections silently, and the operating system would wait a quarter of an hour.
 *
 * Unlike with a deadline, each received byte starts the wait again.
 */
export function expectAnswers(socket: Socket, milliseconds: number): void {
  if (milliseconds > 0) socket.setTimeout(Math.min(milliseconds, LONGEST_TIMER_MS), cut)
}

/** Nobody waits for an answer any more. */
export function expectNothing(socket: Socket): void {
  socket.setTimeout(0, cut)
}

function cut(this: Socket): void {
  this.destroy(new Error(`the database has said nothing for ${this.timeout} ms`))
}
