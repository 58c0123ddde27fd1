import { createHash } from 'node:crypto'
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import {
  type Answer,
  type Authentication,
  type Endpoint,
  jsonAnswer,
  problemAnswer,
  type RequestContext,
  reasonOf,
  redirectAnswer,
  wantsPage,
  withCookies,
} from '../http/index.ts'
import { fieldsOf } from './fields.ts'
import { loadWebauthn } from './load-webauthn.ts'
import { pageTools } from './page-tools.ts'
import { managePage } from './pages.ts'
import type { PasskeyParts } from './parts.ts'
import { type KeptPasskey, stateOf } from './passkey-store.ts'
import { challengeIn } from './verify-answer.ts'

/** Returns the endpoints where users see, add and remove their passkeys. */
export function manageEndpoints({ services, store, challenges, rules }: PasskeyParts): readonly Endpoint[] {
  const { paths } = services
  const { origins, rpId, rpName } = rules
  const { page, record, refused } = pageTools(services)
  const recent = { authenticatedWithin: '10m' } as const
  const body = { maxBodyBytes: MAX_BODY } as const
  return [
    { method: 'GET', path: '/passkey/manage', requirement: recent, handle: manage },
    { method: 'POST', path: '/passkey/register/options', requirement: recent, ...body, handle: offerRegistration },
    { method: 'POST', path: '/passkey/register', requirement: recent, ...body, handle: register },
    { method: 'POST', path: '/passkey/remove', requirement: recent, ...body, handle: remove },
  ]

  async function manage(context: RequestContext, _: unknown, { session, user }: Authentication): Promise<Answer> {
    if (session === null || user.id === null) return services.refusals.forbid(context, user)
    const found = (await store.ofUser(user.id)).map(stateOf)
    if (!wantsPage(context, 'json')) return jsonAnswer({ passkeys: found })
    return page(context, 'manageHeading', (texts, language) =>
      managePage({
        texts,
        options: paths.below('/passkey/register/options'),
        verify: paths.below('/passkey/register'),
        remove: paths.below('/passkey/remove'),
        back: paths.below('/passkey/manage'),
        passkeys: found.map(({ id, name, createdAt }) => ({
          id,
          name,
          created: texts.created.replace('{date}', () => new Date(createdAt).toLocaleDateString(language)),
        })),
      }),
    )
  }

  async function offerRegistration(context: RequestContext, _: unknown, { session, user }: Authentication) {
    if (session === null || user.id === null) return services.refusals.forbid(context, user)
    const { generateRegistrationOptions } = await loadWebauthn()
    const { challenge, setCookie } = await challenges.begin(context, 'register')
    const known = await store.ofUser(user.id)
    const options = await generateRegistrationOptions({
      rpName,
      rpID: rpId,
      userName: user.name,
      userDisplayName: user.description || user.name,
      // Free of names. The same for all passkeys of a user.
      userID: new Uint8Array(createHash('sha256').update(`${rpId}\n${user.id}`).digest()),
      challenge: Buffer.from(challenge, 'base64url'),
      attestationType: 'none',
      excludeCredentials: known.map(({ value }) => ({ id: value.credentialId, transports: [...value.transports] })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    return withCookies(jsonAnswer(options), [setCookie])
  }

  async function register(context: RequestContext, text: string | undefined, { session, user }: Authentication) {
    if (session === null || user.id === null) return services.refusals.forbid(context, user)
    const { name, response } = fieldsOf(context, text)
    const challenge = challengeIn(response)
    if (challenge === undefined || !(await challenges.take(context, 'register', challenge)))
      return refused(context, 'registration-refused', user.id)
    const known = await store.ofUser(user.id)
    // A passkey lets in without the others, so a user who has one proves it first.
    if (known.length > 0 && !('second-factor' in user.authenticatedWith))
      return services.refusals.askMethod(context, 'passkey', undefined)
    if (known.length >= MOST_PASSKEYS) return problemAnswer(409, 'There are too many passkeys')
    const { verifyRegistrationResponse } = await loadWebauthn()
    try {
      const { registrationInfo } = await verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: [...origins],
        expectedRPID: rpId,
        requireUserVerification: true,
      })
      if (!registrationInfo) return refused(context, 'registration-refused', user.id)
      const { counter, id, publicKey, transports = [] } = registrationInfo.credential
      const now = services.clock()
      const passkey: KeptPasskey = {
        credentialId: id,
        publicKey: Buffer.from(publicKey).toString('base64url'),
        counter,
        transports,
        name: name ?? `Passkey ${known.length + 1}`,
        createdAt: now,
        lastUsedAt: null,
      }
      if (!(await store.add(user.id, passkey))) return problemAnswer(409, 'This passkey is known already')
    } catch (error) {
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('OSTIARY_')) throw error
      record(context, 'answer-refused', user.id, { reason: reasonOf(error).slice(0, 200) })
      return refused(context, 'registration-refused', user.id)
    }
    record(context, 'added', user.id)
    return jsonAnswer({ location: paths.below('/passkey/manage') })
  }

  async function remove(context: RequestContext, text: string | undefined, { session, user }: Authentication) {
    if (session === null || user.id === null) return services.refusals.forbid(context, user)
    const { id } = fieldsOf(context, text)
    const removed = id === undefined ? 0 : await store.remove(user.id, id)
    if (removed > 0) record(context, 'removed', user.id)
    return wantsPage(context, 'page') ? redirectAnswer(paths.below('/passkey/manage')) : jsonAnswer({ removed })
  }
}

const MAX_BODY = 65_536
const MOST_PASSKEYS = 20
