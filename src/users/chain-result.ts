import type { Account } from './account.ts'
import type { Outcome } from './outcome.ts'

/** The end of a login, with the answers of all sources that were asked. The trail is for the audit, and hidden from browsers. */
export type ChainResult =
  | {
      readonly outcome: 'accepted'
      readonly source: string
      readonly account: Account
      readonly trail: Trail
      readonly found: Found
    }
  | { readonly outcome: 'refused'; readonly trail: Trail; readonly found?: Found }
  | { readonly outcome: 'unavailable'; readonly trail: Trail; readonly found?: Found }

/** The end of a login that is refused, or cannot be decided. */
export type RefusedResult = Extract<ChainResult, { outcome: 'refused' | 'unavailable' }>

/** The accounts that sources have found for the name, as `source:id`. For the throttle alone. */
type Found = readonly string[]

/** One step for each source that was asked, in that order. */
export type Trail = readonly TrailStep[]

/** The answer of one source, and its time. */
export interface TrailStep {
  readonly source: string
  readonly outcome: Outcome['outcome']
  /** Why it was blocked or unavailable. */
  readonly reason?: string
  readonly milliseconds: number
}
