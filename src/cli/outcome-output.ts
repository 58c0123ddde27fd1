import type { Account } from '../index.ts'
import type { SourceAnswer } from './ask-source.ts'

interface OutcomeJson {
  readonly outcome: 'accepted' | 'unknown' | 'rejected' | 'blocked' | 'unavailable'
  readonly reason?: string
  readonly account?: Account
}

/** Returns the answer of a source for machines. */
export function outcomeJson({ answer, failure = '' }: SourceAnswer): OutcomeJson {
  if (!answer) return { outcome: 'unavailable', reason: failure }
  switch (answer.outcome) {
    case 'blocked':
      return { outcome: 'blocked', reason: answer.reason }
    case 'accepted':
      return { outcome: 'accepted', account: answer.account }
    default:
      return { outcome: answer.outcome }
  }
}
