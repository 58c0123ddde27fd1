import type { TransferUser } from '../../users/user-transfer.ts'
import type { ForeignUser } from './foreign-users.ts'

/** Reads one row. A row of bytes that are no text costs no other. */
export function readForeign(at: number, read: () => TransferUser): ForeignUser {
  try {
    return { at, user: read() }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    return { at, reason: 'it holds bytes that are no text in UTF-8' }
  }
}
