import type { Clock } from '../clock.ts'
import type { InsuredStore } from './insured-store.ts'
import { type JointCount, jointCounts, type Standing } from './joint-counts.ts'
import {
  type AccountSubject,
  accountSubject,
  clientKey,
  devicesKey,
  levelKey,
  longTermKey,
  OVERALL_KEY,
  outageKey,
  type ThrottleLimit,
} from './throttle-keys.ts'
import type { ThrottleSettings } from './throttle-options.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** Decides whether an attempt to sign in is let through to the sources, before any of them is asked. */
export interface Throttle {
  /**
   * Counts the attempt as if it were wrong, so that of many at once no more than the limit get through, and lets it
   * wait if it is to wait. Whoever is admitted says afterwards how it ended.
   */
  admit(attempt: ThrottledAttempt): Promise<Admission>
}

export interface ThrottledAttempt {
  /** What stands for the account: several, while secrets change. */
  readonly accounts: readonly string[]
  /** The known device that it comes from, if it does. */
  readonly device: string | undefined
  /** Undefined where the address says nothing. Not counted for a known device. */
  readonly network: string | undefined
}

export type Admission =
  | { readonly admitted: true; settle(end: AttemptEnd): Promise<void> }
  | { readonly admitted: false; readonly limit: ThrottleLimit; readonly retryAfterSeconds: number }

/** `outage`: nobody could tell. `half-outage`: a source could not, and another one said no. */
export type AttemptEnd = 'signed-in' | 'refused' | 'outage' | 'half-outage'

interface LimitedBy {
  readonly limit: ThrottleLimit
  readonly take: () => Promise<JointCount>
}

/** What there was before. */
interface History {
  /** How many windows were used up. */
  readonly usedUp: number
  /** Whether strangers have made so many wrong attempts that they have few left, in whatever rhythm they made them. */
  readonly hasTooMany: boolean
}

export function createThrottle(
  settings: ThrottleSettings,
  store: InsuredStore,
  waitingRoom: WaitingRoom,
  clock: Clock,
): Throttle {
  const { account, client, overall } = settings
  const counts = jointCounts(store, clock)

  /** Each window that was used up makes the next one twice as long. */
  function takeOfAccount(subjects: AccountSubject[], { usedUp, hasTooMany }: History): Promise<JointCount> {
    if (hasTooMany) return counts.take(subjects, afterLongTerm(account.attempts), account.longestWindowMs)
    const windowMs = Math.min(account.windowMs * 2 ** usedUp, account.longestWindowMs)
    return counts.take(subjects, account.attempts, windowMs)
  }

  function delayOf({ count }: Standing, { hasTooMany }: History): number {
    if (hasTooMany) return account.longestDelayMs
    const over = count - account.undelayed
    return over <= 0 ? 0 : Math.min(account.delayMs * 2 ** (over - 1), account.longestDelayMs)
  }

  /** All that have to let an attempt through, in this order: what one address does too often touches no other limit. */
  function limitsOf({ device, network }: ThrottledAttempt, subjects: AccountSubject[], history: History): LimitedBy[] {
    const ofAccount = () => takeOfAccount(subjects, history)
    if (device !== undefined) return [{ limit: 'device', take: ofAccount }]
    const limits: LimitedBy[] = [{ limit: history.hasTooMany ? 'long-term' : 'account', take: ofAccount }]
    if (client && network !== undefined) {
      const { attempts, windowMs } = client
      limits.unshift({ limit: 'client', take: () => counts.take([clientKey(network)], attempts, windowMs) })
    }
    if (overall) {
      const { attempts, windowMs } = overall
      limits.push({ limit: 'overall', take: () => counts.take([OVERALL_KEY], attempts, windowMs) })
    }
    return limits
  }

  function refuse(limit: ThrottleLimit, milliseconds: number): Admission {
    return { admitted: false, limit, retryAfterSeconds: Math.max(1, Math.ceil(milliseconds / 1000)) }
  }

  async function admit(attempt: ThrottledAttempt): Promise<Admission> {
    const { accounts, device } = attempt
    const taken: JointCount[] = []
    if (device !== undefined) {
      const { attempts, longestWindowMs } = account
      const together = await counts.take(accounts.map(devicesKey), attempts * DEVICES_FACTOR, longestWindowMs)
      if (!together.taken) return admit({ ...attempt, device: undefined })
      taken.push(together)
    }
    const subjects = accounts.map((each) => accountSubject(each, device))
    const [outages, level, longTerm] = await Promise.all([
      counts.read(subjects.map(outageKey)),
      counts.read(subjects.map(levelKey)),
      device === undefined ? counts.read(subjects.map(longTermKey)) : undefined,
    ])
    const history = {
      usedUp: level?.count ?? 0,
      hasTooMany: longTerm !== undefined && longTerm.count >= account.longTerm.attempts,
    }
    let ofAccount: JointCount | undefined
    // What did not get through was no guess, and counts nowhere.
    const giveBack = async () => void (await Promise.all(taken.map((count) => counts.giveBack(count))))
    if (outages && outages.count >= account.attempts * OUTAGE_FACTOR) {
      await giveBack()
      return refuse('outage', outages.endsAt - clock())
    }
    for (const { limit, take } of limitsOf(attempt, subjects, history)) {
      const count = await take()
      const isOfAccount = limit !== 'client' && limit !== 'overall'
      if (!count.taken) {
        await giveBack()
        // Used up by wrong answers, and not by some that are still under way.
        if (isOfAccount && history.usedUp > 0 && subjects.length > 1) await counts.read(subjects)
        return refuse(limit, count.endsAt - clock())
      }
      taken.push(count)
      if (isOfAccount) ofAccount = count
    }

    const delay = ofAccount ? delayOf(ofAccount, history) : 0
    if (delay > 0) {
      const waited = waitingRoom.wait(delay)
      if (!waited) {
        await giveBack()
        return refuse('waiting', delay)
      }
      await waited
    }

    return {
      admitted: true,
      async settle(end) {
        if (end === 'refused') {
          const { attempts, windowMs } = account.longTerm
          if (device === undefined) await counts.note(subjects.map(longTermKey), attempts, windowMs)
          if (ofAccount && ofAccount.count >= account.attempts)
            await counts.note(subjects.map(levelKey), MOST_LEVELS, account.longestWindowMs * LEVELS_LAST)
          return
        }
        await giveBack()
        if (end === 'half-outage')
          await counts.note(subjects.map(outageKey), account.attempts * OUTAGE_FACTOR, account.windowMs)
        // A stranger's success leaves what other strangers have done as it is.
        if (end === 'signed-in' && device !== undefined) await counts.clear([...subjects, ...subjects.map(levelKey)])
      },
    }
  }

  return { admit }
}

/**
 * Whoever signs in over and over may collect known devices without end, as somebody who knew the password once or has a
 * name that is taken for this one. All of them together have so many times what one has, in the longest window; beyond
 * that, they are strangers.
 */
const DEVICES_FACTOR = 5
/**
 * While one source is down, another one still tells right from wrong, and that must not be asked without end. People who
 * cannot sign in because of the outage do not try as often as this.
 */
export const OUTAGE_FACTOR = 10
/** How many are let through in a window of the longest kind when the limit in the long run is reached. */
export const afterLongTerm = (attempts: number): number => Math.min(attempts, 3)
/** In windows of the longest kind. */
const LEVELS_LAST = 7
const MOST_LEVELS = 1000
