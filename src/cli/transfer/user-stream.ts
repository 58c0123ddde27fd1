import type { TransferUser } from '../../index.ts'

/** A user who was read, or the reason of a failure. Reasons leave out passwords and hashes. */
export type ReadUser =
  | { readonly at: number; readonly user: TransferUser }
  | { readonly at: number; readonly reason: string }

/** The source of the users of an import. */
export interface UserStream {
  /** The unit that `at` counts. */
  readonly unit: 'line' | 'row'
  readonly users: AsyncIterable<ReadUser>
  /** The part that has been read, from 0 to 1. Undefined where the size is unknown. */
  progress(): number | undefined
  /** Returns a remark for the end of the import. */
  remark?(): string | undefined
  close(): Promise<void>
}
