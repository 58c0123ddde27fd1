import type { ThrottleLimit } from '../audit/audit-event.ts'
import type { MultiKeyCount, MultiKeyCounter, Standing } from './multi-key-counter.ts'
import {
  type AccountSubject,
  dailyKey,
  dailyNetworksKey,
  fromNetwork,
  levelKey,
  longTermKey,
  networksKey,
} from './throttle-keys.ts'
import type { ThrottleSettings } from './throttle-options.ts'
import { delayAfter, raiseLevel, windowAfter } from './windows.ts'

/** Limits of what strangers try at one account, shared out between the networks that they come from. */
export interface StrangerLimits {
  /** Counts an attempt as if it were wrong. `network`: where it comes from, when that is known. */
  consume(subjects: readonly AccountSubject[], network: string | undefined): Promise<Consumed | Refused>
}

export interface Consumed {
  readonly consumed: true
  readonly delayMs: number
  /** The attempt was no wrong answer. */
  refund(end?: 'signed-in'): Promise<void>
  /** The attempt was a wrong answer. */
  keep(): Promise<void>
}

export interface Refused {
  readonly consumed: false
  readonly limit: ThrottleLimit
  readonly endsAt: number
}

/** Keys of one time to count in: of all strangers, of their networks, and of one network. */
interface Shared {
  readonly total: readonly string[]
  readonly networks: readonly string[]
  readonly own: readonly string[] | undefined
}

/**
 * Two times are counted in, the window and the long run, and the same rule shares out both: no network, and no few of
 * them, can use up what another one needs.
 *
 * In a window, all strangers together have the attempts of the account. A network that has not tried in that time has one
 * more, as long as fewer networks than attempts have tried. In the long run, a network has the fewer attempts left the
 * more of them it has made: see {@link allowance}. Beyond that, there are a few a day, by the rule of a window.
 */
export function strangerLimits({ account }: ThrottleSettings, counts: MultiKeyCounter): StrangerLimits {
  const { attempts, windowMs, longestWindowMs, longTerm } = account

  async function consumeShared(
    keys: Shared,
    limit: number,
    sharedMs: number,
    ownMs: number,
  ): Promise<ConsumedShare | Refused> {
    const { total, networks, own } = keys
    const parts: MultiKeyCount[] = []
    const refund = async () => void (await Promise.all(parts.map((part) => counts.refund(part))))
    const ofOwn = own && (await counts.consume(own, limit, ownMs))
    if (ofOwn?.consumed === false) return { consumed: false, limit: 'account-network', endsAt: ofOwn.endsAt }
    let isNew = false
    if (ofOwn) {
      parts.push(ofOwn)
      if (ofOwn.count === 1) {
        const ofNetworks = await counts.consume(networks, limit, sharedMs)
        isNew = ofNetworks.consumed
        if (isNew) parts.push(ofNetworks)
      }
    }
    const ofTotal = await counts.consume(total, limit, own ? sharedMs : ownMs)
    if (ofTotal.consumed) parts.push(ofTotal)
    else if (!isNew) {
      await refund()
      return { consumed: false, limit: 'account', endsAt: ofTotal.endsAt }
    }
    return { consumed: true, own: ofOwn ?? ofTotal, total: ofTotal, refund }
  }

  /** Where several keys stand for an account, all of them hear of a wrong answer: none of them is a fresh start. */
  async function bringUp({ total, networks, own }: Shared): Promise<void> {
    if (total.length > 1) await Promise.all([total, networks, own ?? []].map((keys) => counts.read(keys)))
  }

  async function bringUpLongTerm(subjects: readonly AccountSubject[]): Promise<void> {
    if (subjects.length > 1) await counts.read(subjects.map(longTermKey))
  }

  /**
   * Counts an attempt in the long run, as if it were wrong. Undefined where only the few a day are left.
   *
   * Why before it is judged: of many that come at once, each has a number of its own.
   */
  async function consumeLongTerm(
    subjects: readonly AccountSubject[],
    own: readonly string[] | undefined,
  ): Promise<MultiKeyCount | undefined> {
    const made = own && (await counts.read(own.map(longTermKey)))
    const most = own ? allowance(longTerm.attempts, made?.count ?? 0) : longTerm.attempts
    const together = await counts.consume(subjects.map(longTermKey), most, longTerm.windowMs)
    if (together.consumed) return together
    await bringUpLongTerm(subjects)
    return undefined
  }

  async function consumeToday(subjects: readonly AccountSubject[], own: readonly string[] | undefined) {
    const keys: Shared = {
      total: subjects.map(dailyKey),
      networks: subjects.map(dailyNetworksKey),
      own: own?.map(dailyKey),
    }
    const share = await consumeShared(keys, afterLongTerm(attempts), longestWindowMs, longestWindowMs)
    if (!share.consumed) return { ...share, limit: 'long-term' } as const
    return {
      consumed: true,
      delayMs: account.longestDelayMs,
      refund: share.refund,
      keep: () => bringUp(keys),
    } as const
  }

  async function consume(
    subjects: readonly AccountSubject[],
    network: string | undefined,
  ): Promise<Consumed | Refused> {
    const own = network === undefined ? undefined : subjects.map((subject) => fromNetwork(subject, network))
    const levels = (own ?? subjects).map(levelKey)
    const [longRun, level] = await Promise.all([consumeLongTerm(subjects, own), counts.read(levels)])
    if (!longRun) return consumeToday(subjects, own)
    const keys: Shared = { total: subjects, networks: subjects.map(networksKey), own }
    const share = await consumeShared(keys, attempts, windowMs, windowAfter(level, account))
    if (!share.consumed) {
      await counts.refund(longRun)
      // Used up by wrong answers, and not by some that are still under way.
      if (await hasWrong(own, level)) await bringUp(keys)
      return share
    }
    return {
      consumed: true,
      delayMs: share.total.consumed ? delayAfter(share.total, account) : account.longestDelayMs,
      refund: async () => void (await Promise.all([counts.refund(longRun), share.refund()])),
      async keep() {
        if (own) await counts.penalize(own.map(longTermKey), longTerm.attempts, longTerm.windowMs)
        if (share.own.count >= attempts) await raiseLevel(counts, levels, account)
        await bringUp(keys)
        await bringUpLongTerm(subjects)
      },
    }
  }

  /** Whether a wrong answer came from the network, or used up a window. Nothing that is given back counts in either. */
  async function hasWrong(own: readonly string[] | undefined, level: Standing | undefined): Promise<boolean> {
    if (level) return true
    return own !== undefined && (await counts.read(own.map(longTermKey))) !== undefined
  }

  return { consume }
}

interface ConsumedShare {
  readonly consumed: true
  readonly own: Standing
  /** Not consumed, when the attempt is the one more of a network that has not tried. */
  readonly total: MultiKeyCount
  readonly refund: () => Promise<void>
}

/**
 * Up to how many wrong attempts of all strangers a network may try that has made so many of them itself: all for one that
 * has made none, and half for one that has made three or more. With 100 in the long run, it takes 45 networks to leave
 * nothing for another one: one uses up 50, two more 55, another three 60, and each of the last 40 comes from elsewhere.
 */
function allowance(attempts: number, made: number): number {
  return Math.max(1, Math.ceil(attempts * (SHARES[Math.min(made, SHARES.length - 1)] ?? 1)))
}

/** What is left for a network that has made many. Below that, the long run holds nobody. */
export const leastAllowance = (attempts: number): number => allowance(attempts, SHARES.length)

const SHARES = [1, 0.6, 0.55, 0.5]

/** How many are let through in a window of the longest kind when the limit in the long run is reached. */
export const afterLongTerm = (attempts: number): number => Math.min(attempts, 3)
