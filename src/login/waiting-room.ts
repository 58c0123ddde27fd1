import { setTimeout as sleep } from 'node:timers/promises'

/** Where attempts wait that are delayed. There is room for so many, lest waiting become the attack. */
export interface WaitingRoom {
  /** Resolves after this time. Undefined when there is no room. */
  wait(milliseconds: number): Promise<void> | undefined
}

export function createWaitingRoom(
  most: number,
  letPass: (milliseconds: number) => Promise<void> = (milliseconds) => sleep(milliseconds),
): WaitingRoom {
  let waiting = 0

  async function waitInside(milliseconds: number): Promise<void> {
    try {
      await letPass(milliseconds)
    } finally {
      waiting -= 1
    }
  }

  return {
    wait(milliseconds) {
      if (waiting >= most) return undefined
      waiting += 1
      return waitInside(milliseconds)
    },
  }
}
