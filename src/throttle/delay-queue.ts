import { setTimeout as sleep } from 'node:timers/promises'

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
  const share = Math.max(LEAST_SHARE, Math.ceil(most / 10))
  const ofNetworks = new Map<string | undefined, number>()
  let waiting = 0

  async function waitInside(milliseconds: number, network: string | undefined): Promise<void> {
    try {
      await letPass(milliseconds)
    } finally {
      waiting -= 1
      const left = (ofNetworks.get(network) ?? 1) - 1
      if (left > 0) ofNetworks.set(network, left)
      else ofNetworks.delete(network)
    }
  }

  return {
    wait(milliseconds, network) {
      const here = ofNetworks.get(network) ?? 0
      if (waiting >= most || (network !== undefined && here >= share)) return undefined
      waiting += 1
      ofNetworks.set(network, here + 1)
      return waitInside(milliseconds, network)
    },
  }
}

/** What one account lets wait at once. */
const LEAST_SHARE = 10
