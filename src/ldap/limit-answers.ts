import type { Socket } from 'node:net'

/** Hangs up on a server whose answer is longer than any that is expected. */
export interface AnswerLimit {
  /** Counts from 0 again. */
  begin(): void
  stop(): void
}

/** @param most - bytes that one answer may have, all its entries together */
export function limitAnswers(socket: Socket, most = MOST_BYTES): AnswerLimit {
  let size = 0
  const count = (bytes: Buffer) => {
    size += bytes.length
    if (size > most) socket.destroy(new Error(`the answer is longer than ${most} bytes`))
  }
  socket.on('data', count)
  return {
    begin() {
      size = 0
    },
    stop: () => void socket.off('data', count),
  }
}

/** Thousands of groups fit, and the client holds the whole answer in memory. */
const MOST_BYTES = 4 * 2 ** 20
