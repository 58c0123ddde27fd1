import type { AuthServices } from '../http/index.ts'
import type { Challenges } from './challenges.ts'
import type { PasskeyStore } from './passkey-store.ts'

/** The parts that the endpoints of passkeys share. */
export interface PasskeyParts {
  readonly services: AuthServices
  readonly store: PasskeyStore
  readonly challenges: Challenges
  readonly rules: {
    readonly origins: readonly string[]
    readonly rpId: string
    readonly rpName: string
    readonly onlyStep: boolean
  }
}
