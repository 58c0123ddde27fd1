import type { ThrottleLimit } from '../audit/audit-event.ts'
import type { MultiKeyCounter } from './multi-key-counter.ts'
import { type Refused, strangerLimits, type Taken } from './stranger-limits.ts'
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
import { delayAfter, noteUsedUp, windowAfter } from './windows.ts'

/** All limits of one state of affairs: there is one ledger for calm, and one for outages, with the same figures. */
export interface Ledger {
  /** Counts an attempt under every limit that concerns it, as if it were wrong, or under none. */
  take(attempt: ThrottledAttempt): Promise<Taken | Refused>
  /** Counts an attempt at the account that was found, as if it were wrong. */
  takeFound(identity: readonly string[], network: string | undefined): Promise<Taken | Refused>
  /** Keeps which name found the account, so that an administrator who clears the name clears the account. */
  noteAlias(identity: readonly string[], accounts: readonly string[]): Promise<void>
}

export interface ThrottledAttempt {
  /** What stands for the account: several, while secrets change. */
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

  async function takeSimple(
    limit: ThrottleLimit,
    key: string,
    { attempts, windowMs }: Limit,
  ): Promise<Taken | Refused> {
    const count = await counts.take([key], attempts, windowMs)
    if (!count.taken) return { taken: false, limit, endsAt: count.endsAt }
    return { taken: true, delayMs: 0, giveBack: () => counts.giveBack(count), keep: async () => {} }
  }

  async function takeOfDevice(accounts: readonly string[], device: string): Promise<Taken | Refused | undefined> {
    const { attempts, longestWindowMs } = account
    const together = await counts.take(accounts.map(devicesKey), attempts * DEVICES_FACTOR, longestWindowMs)
    if (!together.taken) return undefined
    const keys = accounts.map((each) => deviceKey(each, device))
    const levels = keys.map(levelKey)
    const count = await counts.take(keys, attempts, windowAfter(await counts.read(levels), account))
    if (!count.taken) {
      await counts.giveBack(together)
      return { taken: false, limit: 'device', endsAt: count.endsAt }
    }
    return {
      taken: true,
      delayMs: delayAfter(count, account),
      async giveBack(end) {
        await Promise.all([counts.giveBack(together), counts.giveBack(count)])
        // A success of a stranger leaves what other strangers have done as it is.
        if (end === 'signed-in') await counts.clear([...keys, ...levels])
      },
      async keep() {
        if (count.count >= attempts) await noteUsedUp(counts, levels, account)
        if (keys.length > 1) await Promise.all([counts.read(keys), counts.read(accounts.map(devicesKey))])
      },
    }
  }

  /** All that have to let a stranger through, in this order: what one address does too often touches no other limit. */
  function limitsOf({ accounts, client: address, network }: ThrottledAttempt) {
    const limits = [() => strangers.take(accounts.map(accountSubject), network)]
    if (client && network !== undefined)
      limits.unshift(() => takeSimple('network', networkKey(network), widened(client)))
    if (client && address !== undefined) limits.unshift(() => takeSimple('client', clientKey(address), client))
    if (overall) limits.push(() => takeSimple('overall', OVERALL_KEY, overall))
    return limits
  }

  async function takeOfStranger(attempt: ThrottledAttempt): Promise<Taken | Refused> {
    const taken: Taken[] = []
    const giveBack = async () => void (await Promise.all(taken.map((each) => each.giveBack())))
    for (const take of limitsOf(attempt)) {
      const each = await take()
      if (!each.taken) {
        // What did not get through was no guess, and counts nowhere.
        await giveBack()
        return each
      }
      taken.push(each)
    }
    return {
      taken: true,
      delayMs: Math.max(...taken.map(({ delayMs }) => delayMs)),
      giveBack,
      keep: async () => void (await Promise.all(taken.map((each) => each.keep()))),
    }
  }

  return {
    async take(attempt) {
      const { accounts, device } = attempt
      // Too many devices of one account are strangers.
      return (device !== undefined && (await takeOfDevice(accounts, device))) || takeOfStranger(attempt)
    },

    takeFound: (identity, network) => strangers.take(identity.map(identitySubject), network),

    async noteAlias(identity, accounts) {
      const aliases = accounts.flatMap((each) => identity.map((found) => aliasKey(each, found)))
      await counts.note(aliases, 1, account.longTerm.windowMs)
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
