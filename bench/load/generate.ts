// The load generator, in a process of its own.
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '../harness/child.ts'
import { percentile } from '../harness/statistics.ts'
import { type Connection, openConnection } from './connection.ts'

interface Target {
  readonly requests: readonly string[]
  readonly connections: readonly Connection[]
  /** Where in the requests the next round begins. */
  next: number
}

const targets = new Map<string, Target>()

serve({
  /** Opens connections and keeps them. Each of the requests is sent in turn, on whichever connection is free. */
  async target(name: string, port: number, connections: number, requests: readonly string[]) {
    const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)))
    targets.set(name, { requests, connections: open, next: 0 })
  },

  /** As many requests as are answered in this time, and no fewer than are asked for. */
  async flood(name: string, milliseconds: number, status: number, atLeast = 0) {
    const start = performance.now()
    let answers = 0
    // Never sleeps. Waking somebody up costs the one who writes, and would cost the slower of two servers more often.
    let spinning = true
    const spin = (): void => void (spinning && setImmediate(spin))
    spin()
    await keepAsking(name, status, () => {
      answers += 1
      return performance.now() < start + milliseconds || answers < atLeast
    })
    spinning = false
    return { answers, milliseconds: performance.now() - start }
  },

  /**
   * The same, and how late the answers are. Sleeps while there is none, as clients do: it takes no more of the
   * processors from the server than it needs.
   */
  async press(name: string, milliseconds: number, status: number) {
    const end = performance.now() + milliseconds
    const latencies: number[] = []
    await keepAsking(name, status, (latency) => {
      latencies.push(latency)
      return performance.now() < end
    })
    return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
  },

  /** How long answers take, in milliseconds, to requests that come at a steady rate, whether answers are late or not. */
  async trickle(name: string, milliseconds: number, aSecond: number) {
    const target = targetOf(name)
    const latencies: number[] = []
    const start = performance.now()
    const free = [...target.connections]
    const waiting: number[] = []
    const send = (asked: number): void => {
      const connection = free.pop()
      if (!connection) return void waiting.push(asked)
      connection.ask(nextOf(target), () => {
        latencies.push(performance.now() - asked)
        free.push(connection)
        const next = waiting.shift()
        if (next !== undefined) send(next)
      })
    }
    const requests = Math.floor((milliseconds / 1000) * aSecond)
    for (let sent = 0; sent < requests; ) {
      const due = start + (sent * 1000) / aSecond
      if (performance.now() < due) {
        await sleep(1)
        continue
      }
      send(performance.now())
      sent += 1
    }
    while (latencies.length < requests) await sleep(1)
    return latencies
  },
})

/** Asks on each connection again and again, until an answer is told to be the last one there. */
async function keepAsking(name: string, status: number, goesOn: (latency: number) => boolean): Promise<void> {
  const target = targetOf(name)
  const keepOn = (connection: Connection) =>
    new Promise<void>((resolve, reject) => {
      let asked = 0
      const ask = (): void => {
        asked = performance.now()
        connection.ask(nextOf(target), answered)
      }
      const answered = (got: number): void => {
        const another = goesOn(performance.now() - asked)
        if (got !== status) reject(new Error(`${name} answered with ${got} rather than ${status}.`))
        else if (another) ask()
        else resolve()
      }
      ask()
    })
  await Promise.all(target.connections.map(keepOn))
}

function targetOf(name: string): Target {
  const target = targets.get(name)
  if (!target) throw new Error(`There is no target ${name}.`)
  return target
}

function nextOf(target: Target): string {
  const request = target.requests[target.next] ?? ''
  target.next = (target.next + 1) % target.requests.length
  return request
}
