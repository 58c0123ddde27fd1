import type { Socket } from 'node:net'
import { LONGEST_TIMER_MS } from '../resilience/deadline.ts'

/** How long a server may say nothing while somebody waits for its answer, in milliseconds. 0: as long as it likes. */
export type SilenceLimit = () => number

/**
 * Cuts the connection when nothing comes for so long, so that the query fails and another connection can take its place.
 * A network that has lost a connection says nothing, and the operating system would wait a quarter of an hour.
 *
 * Not a deadline: each byte that comes begins the wait anew.
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
