import type { Account } from './account.ts'
import type { Outcome } from './outcome.ts'

/** How a login ended, with the trail of every source that was asked. The trail is for the audit, never for the browser. */
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

/** How a login ends that lets nobody in. */
export type RefusedResult = Extract<ChainResult, { outcome: 'refused' | 'unavailable' }>

/** The accounts that sources have found for the name, as `source:id`. For the throttle alone. */
type Found = readonly string[]

/** One step for each source that was asked, in that order. */
export type Trail = readonly TrailStep[]

/** What one source answered, and how long it took. */
export interface TrailStep {
  readonly source: string
  readonly outcome: Outcome['outcome']
  /** Why it was blocked or unavailable. */
  readonly reason?: string
  readonly milliseconds: number
}
