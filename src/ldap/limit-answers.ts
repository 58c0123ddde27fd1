import type { Socket } from 'node:net'

/** Closes the connection to a server whose answer is too long. */
export interface AnswerLimit {
  /** Starts counting from 0. */
  begin(): void
  stop(): void
}

/**
 * Limits the answers on a socket.
 *
 * @param most - The bytes of one answer, with all its entries.
 */
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

/** Room for thousands of groups. Why a limit: the client holds the whole answer in memory. */
const MOST_BYTES = 4 * 2 ** 20
