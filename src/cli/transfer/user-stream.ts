import type { TransferUser } from '../../index.ts'

/** A user who was read, or why one could not be. Reasons hold nothing of a password or of its hash. */
export type ReadUser =
  | { readonly at: number; readonly user: TransferUser }
  | { readonly at: number; readonly reason: string }

/** Where users come from. */
export interface UserStream {
  /** What `at` counts. */
  readonly unit: 'line' | 'row'
  readonly users: AsyncIterable<ReadUser>
  /** How much of it has been read, from 0 to 1. Undefined where nobody knows how much there is. */
  progress(): number | undefined
  /** What one should know at the end. */
  remark?(): string | undefined
  close(): Promise<void>
}
