import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { type KeptRecord, type RequestContext, reasonOf } from '../http/index.ts'
import type { ChallengePurpose } from './challenges.ts'
import { loadWebauthn } from './load-webauthn.ts'
import type { RecordPasskeyEvent } from './page-tools.ts'
import type { PasskeyParts } from './parts.ts'
import type { KeptPasskey } from './passkey-store.ts'

/** Judges the answer of a browser to a challenge. */
export type VerifyAnswer = (
  context: RequestContext,
  purpose: ChallengePurpose,
  response: unknown,
) => Promise<KeptRecord<KeptPasskey> | undefined>

/** Returns the function that resolves to the passkey whose signature is right, or to undefined. */
export function createVerifier({ challenges, rules, store }: PasskeyParts, record: RecordPasskeyEvent): VerifyAnswer {
  const { origins, rpId } = rules
  return verified

  /** Resolves to the passkey whose signature is right. Each challenge is taken before anything is judged. */
  async function verified(
    context: RequestContext,
    purpose: ChallengePurpose,
    response: unknown,
  ): Promise<KeptRecord<KeptPasskey> | undefined> {
    const challenge = challengeIn(response)
    if (challenge === undefined || !(await challenges.take(context, purpose, challenge))) return undefined
    const { id } = response as AuthenticationResponseJSON
    const found = typeof id === 'string' ? await store.find(id) : undefined
    if (!found) return undefined
    const { counter, credentialId, publicKey, transports } = found.value
    const { verifyAuthenticationResponse } = await loadWebauthn()
    try {
      const { authenticationInfo, verified: isRight } = await verifyAuthenticationResponse({
        response: response as AuthenticationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: [...origins],
        expectedRPID: rpId,
        requireUserVerification: true,
        credential: {
          id: credentialId,
          publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')),
          counter,
          transports: [...transports],
        },
      })
      if (!isRight || !(await store.used(found, authenticationInfo.newCounter))) return undefined
      return found
    } catch (error) {
      // A counter that went back, a wrong origin and all other faults of the answer are errors of the package.
      record(context, 'answer-refused', found.owner, { reason: reasonOf(error).slice(0, 200) })
      return undefined
    }
  }
}

/** Returns the challenge that the browser says it has answered. The signature tells whether that is true. */
export function challengeIn(response: unknown): string | undefined {
  try {
    const { clientDataJSON } = (response as { response: { clientDataJSON: string } }).response
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()) as { challenge?: unknown }
    return typeof challenge === 'string' ? challenge : undefined
  } catch {
    return undefined
  }
}
