import { setTimeout as sleep } from 'node:timers/promises'
import { createKeyedSemaphore, createSemaphore } from '../resilience/semaphore.ts'

/** Where attempts wait that are delayed. There is room for so many, lest waiting become the attack. */
export interface DelayQueue {
  /** Resolves after this time. Undefined when there is no room, or none for the network. */
  wait(milliseconds: number, network?: string): Promise<void> | undefined
}

/** A network may fill a tenth of the room. Why: what one address has filled is closed to everybody. */
export function createDelayQueue(
  most: number,
  letPass: (milliseconds: number) => Promise<void> = (milliseconds) => sleep(milliseconds),
): DelayQueue {
  const room = createSemaphore({ places: most })
  const shares = createKeyedSemaphore({ places: Math.max(LEAST_SHARE, Math.ceil(most / 10)) })

  async function waitInside(milliseconds: number, leave: () => void): Promise<void> {
    try {
      await letPass(milliseconds)
    } finally {
      leave()
    }
  }

  return {
    wait(milliseconds, network) {
      const leaveRoom = room.tryAcquire()
      if (!leaveRoom) return undefined
      const leaveShare = network === undefined ? () => {} : shares.tryAcquire(network)
      if (!leaveShare) {
        leaveRoom()
        return undefined
      }
      return waitInside(milliseconds, () => {
        leaveShare()
        leaveRoom()
      })
    },
  }
}

/** The number of attempts of one network that may wait at once. */
const LEAST_SHARE = 10
