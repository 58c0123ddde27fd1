import type { ThrottleLimit } from '../audit/audit-event.ts'
import type { MultiKeyCounter } from './multi-key-counter.ts'
import { type Consumed, type Refused, strangerLimits } from './stranger-limits.ts'
import {
  accountSubject,
  aliasKey,
  clientKey,
  deviceKey,
  devicesKey,
  identitySubject,
  levelKey,
  networkKey,
  OVERALL_KEY,
} from './throttle-keys.ts'
import type { Limit, ThrottleSettings } from './throttle-options.ts'
import { delayAfter, raiseLevel, windowAfter } from './windows.ts'

/** All limits of one state of affairs: there is one ledger for calm, and one for outages, with the same figures. */
export interface Ledger {
  /** Counts an attempt under every limit that concerns it, as if it were wrong, or under none. */
  consume(attempt: ThrottledAttempt): Promise<Consumed | Refused>
  /** Counts an attempt at the account that was found, as if it were wrong. */
  consumeFound(identity: readonly string[], network: string | undefined): Promise<Consumed | Refused>
  /** Keeps which name found the account, so that an administrator who clears the name clears the account. */
  rememberAlias(identity: readonly string[], accounts: readonly string[]): Promise<void>
}

export interface ThrottledAttempt {
  /** The keyed hashes of the account: several, while secrets change. */
  readonly accounts: readonly string[]
  /** The known device that it comes from, if it does. */
  readonly device: string | undefined
  /** Undefined where the address says nothing. Not counted for a known device. */
  readonly client: string | undefined
  /** The network that the client belongs to. */
  readonly network: string | undefined
}

export function createLedger(settings: ThrottleSettings, counts: MultiKeyCounter): Ledger {
  const { account, client, overall } = settings
  const strangers = strangerLimits(settings, counts)

  async function consumeSimple(
    limit: ThrottleLimit,
    key: string,
    { attempts, windowMs }: Limit,
  ): Promise<Consumed | Refused> {
    const count = await counts.consume([key], attempts, windowMs)
    if (!count.consumed) return { consumed: false, limit, endsAt: count.endsAt }
    return { consumed: true, delayMs: 0, refund: () => counts.refund(count), keep: async () => {} }
  }

  async function consumeOfDevice(accounts: readonly string[], device: string): Promise<Consumed | Refused | undefined> {
    const { attempts, longestWindowMs } = account
    const together = await counts.consume(accounts.map(devicesKey), attempts * DEVICES_FACTOR, longestWindowMs)
    if (!together.consumed) return undefined
    const keys = accounts.map((each) => deviceKey(each, device))
    const levels = keys.map(levelKey)
    const count = await counts.consume(keys, attempts, windowAfter(await counts.read(levels), account))
    if (!count.consumed) {
      await counts.refund(together)
      return { consumed: false, limit: 'device', endsAt: count.endsAt }
    }
    return {
      consumed: true,
      delayMs: delayAfter(count, account),
      async refund(end) {
        await Promise.all([counts.refund(together), counts.refund(count)])
        // A success of a stranger leaves what other strangers have done as it is.
        if (end === 'signed-in') await counts.clear([...keys, ...levels])
      },
      async keep() {
        if (count.count >= attempts) await raiseLevel(counts, levels, account)
        if (keys.length > 1) await Promise.all([counts.read(keys), counts.read(accounts.map(devicesKey))])
      },
    }
  }

  /** All that have to let a stranger through, in this order: what one address does too often touches no other limit. */
  function limitsOf({ accounts, client: address, network }: ThrottledAttempt) {
    const limits = [() => strangers.consume(accounts.map(accountSubject), network)]
    if (client && network !== undefined)
      limits.unshift(() => consumeSimple('network', networkKey(network), widened(client)))
    if (client && address !== undefined) limits.unshift(() => consumeSimple('client', clientKey(address), client))
    if (overall) limits.push(() => consumeSimple('overall', OVERALL_KEY, overall))
    return limits
  }

  async function consumeOfStranger(attempt: ThrottledAttempt): Promise<Consumed | Refused> {
    const consumed: Consumed[] = []
    const refund = async () => void (await Promise.all(consumed.map((each) => each.refund())))
    for (const consume of limitsOf(attempt)) {
      const each = await consume()
      if (!each.consumed) {
        // What did not get through was no guess, and counts nowhere.
        await refund()
        return each
      }
      consumed.push(each)
    }
    return {
      consumed: true,
      delayMs: Math.max(...consumed.map(({ delayMs }) => delayMs)),
      refund,
      keep: async () => void (await Promise.all(consumed.map((each) => each.keep()))),
    }
  }

  return {
    async consume(attempt) {
      const { accounts, device } = attempt
      // Too many devices of one account are strangers.
      return (device !== undefined && (await consumeOfDevice(accounts, device))) || consumeOfStranger(attempt)
    },

    consumeFound: (identity, network) => strangers.consume(identity.map(identitySubject), network),

    async rememberAlias(identity, accounts) {
      const aliases = accounts.flatMap((each) => identity.map((found) => aliasKey(each, found)))
      await counts.penalize(aliases, 1, account.longTerm.windowMs)
    },
  }
}

/** What a network of many addresses may do: one that has thousands of them is still one. */
export function widened({ attempts, windowMs }: Limit): Limit {
  return { attempts: attempts * NETWORK_FACTOR, windowMs }
}

const NETWORK_FACTOR = 5
/**
 * Whoever signs in over and over may collect known devices without end, as somebody who knew the password once or has a
 * name that is taken for this one. All of them together have so many times what one has, in the longest window; beyond
 * that, they are strangers.
 */
const DEVICES_FACTOR = 5
