import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, type TestContext, test } from 'vitest'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Account } from '../users/account.ts'
import { LoginAttempt } from '../users/login-attempt.ts'
import type { Outcome } from '../users/outcome.ts'
import type { UserSource } from '../users/user-source.ts'
import { hostilePasswords, hostileUsernames } from './hostile-credentials.ts'
import type { KnownCredentials, UserSourceFactory } from './user-source-under-test.ts'

/**
 * Tests that a {@link UserSource} keeps its contract. Call it in a test file of Vitest:
 *
 * ```ts
 * import { defineUserSource, rejected } from 'ostiary'
 * import { userSourceContract } from 'ostiary/testing/contracts'
 *
 * const PIN = 'correct horse'
 * const kiosk = defineUserSource('kiosk', async ({ username, password }) => {
 *   if (username !== 'kiosk') return null
 *   return password === PIN ? { name: username } : rejected()
 * })
 *
 * userSourceContract('kiosk', () => ({
 *   source: kiosk,
 *   accepted: { username: 'kiosk', password: PIN },
 *   unknown: 'nobody',
 * }))
 * ```
 */
export function userSourceContract(name: string, factory: UserSourceFactory): void {
  describe(`${name} keeps the contract of user sources`, () => {
    test('the right credentials are accepted, with a complete and frozen account', async (context) => {
      const { accepted, expectedAccount, ask } = await open(context, factory)
      const account = accountOf(await ask(accepted))
      expect(Object.keys(account).sort()).toEqual(['description', 'id', 'name', 'properties', 'roles', 'superuser'])
      for (const part of [account, account.roles, account.properties]) expect(part).toSatisfy(Object.isFrozen)
      if (expectedAccount) expect(account).toMatchObject(expectedAccount)
    })

    test('an account is the same at every login, above all its id', async (context) => {
      const { accepted, ask } = await open(context, factory)
      const first = accountOf(await ask(accepted))
      expect(accountOf(await ask(accepted))).toEqual(first)
    })

    test('an account survives JSON unchanged, since it travels in a cookie', async (context) => {
      const { accepted, ask } = await open(context, factory)
      const account = accountOf(await ask(accepted))
      expect(JSON.parse(JSON.stringify(account))).toStrictEqual(account)
    })

    test('a wrong password is refused', async (context) => {
      const { accepted, ask } = await open(context, factory)
      expect(await ask({ ...accepted, password: randomUUID() })).toSatisfy(isRefusal)
    })

    test('an unknown name is refused, whatever the password', async (context) => {
      const { accepted, unknown, ask } = await open(context, factory)
      expect(await ask({ ...accepted, username: unknown })).toSatisfy(isRefusal)
      expect(await ask({ username: unknown, password: '' })).toSatisfy(isRefusal)
    })

    test('hostile passwords are refused, the empty one above all', async (context) => {
      const { accepted, ask } = await open(context, factory)
      for (const password of hostilePasswords(accepted.password)) {
        expect(await ask({ ...accepted, password }), inspect(password.slice(0, 100))).toSatisfy(isRefusal)
      }
    })

    test('hostile names are refused, with the right password too', async (context) => {
      const { accepted, ask } = await open(context, factory)
      for (const username of hostileUsernames(accepted.username)) {
        expect(await ask({ ...accepted, username }), inspect(username.slice(0, 100))).toSatisfy(isRefusal)
      }
    })

    test('after all that, the right credentials are still accepted', async (context) => {
      const { accepted, unknown, ask } = await open(context, factory)
      for (const username of hostileUsernames(accepted.username)) await ask({ username, password: accepted.password })
      await ask({ username: unknown, password: '\0' })
      accountOf(await ask(accepted))
    })

    test('somebody who is blocked is told apart, for the log', async (context) => {
      const { blocked, ask } = await open(context, factory)
      if (!blocked) return context.skip('nobody is blocked in this source')
      const outcome = await ask(blocked)
      expect(outcome).toMatchObject({ outcome: 'blocked', reason: expect.stringMatching(/./) })
    })

    test('many attempts at once have each its own answer', async (context) => {
      const { accepted, unknown, ask } = await open(context, factory)
      const { id } = accountOf(await ask(accepted))
      const attempts = Array.from({ length: 20 }, (_, index) => {
        if (index % 3 === 0) return { attempt: accepted, right: true }
        if (index % 3 === 1) return { attempt: { ...accepted, username: unknown }, right: false }
        return { attempt: { ...accepted, password: randomUUID() }, right: false }
      })
      const outcomes = await Promise.all(attempts.map(({ attempt }) => ask(attempt)))
      for (const [index, outcome] of outcomes.entries()) {
        if (attempts[index]?.right) expect(accountOf(outcome).id).toBe(id)
        else expect(outcome).toSatisfy(isRefusal)
      }
    })

    test('an attempt whose time is up ends, and leaves the source as it was', async (context) => {
      const { accepted, ask } = await open(context, factory)
      const during = new AbortController()
      // It may answer or reject. A source that hangs makes the test run out of time.
      const attempts = [ask(accepted, AbortSignal.abort()), ask(accepted, during.signal)]
      during.abort(new Error('the deadline has passed'))
      await Promise.allSettled(attempts)
      accountOf(await ask(accepted))
    })

    test('no password is in any answer', async (context) => {
      const { accepted, unknown, blocked, ask } = await open(context, factory)
      const wrong = { username: accepted.username, password: randomUUID() }
      for (const attempt of [accepted, wrong, { ...wrong, username: unknown }, ...(blocked ? [blocked] : [])]) {
        const outcome = await ask(attempt)
        expect(JSON.stringify(outcome)).not.toContain(attempt.password)
        expect(inspect(outcome, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(attempt.password)
      }
    })

    test('looking somebody up agrees with their login', async (context) => {
      const { source, accepted, ask } = await open(context, factory)
      if (!source.lookup) return context.skip('this source looks nobody up')
      const account = accountOf(await ask(accepted))
      expect(accountOf(await source.lookup(account.id, never()))).toEqual(account)
    })

    test('looking nobody up finds nobody', async (context) => {
      const { source, accepted } = await open(context, factory)
      if (!source.lookup) return context.skip('this source looks nobody up')
      for (const id of [randomUUID(), '', ...hostileUsernames(accepted.username)]) {
        expect(await source.lookup(id, never()), inspect(id.slice(0, 100))).toEqual({ outcome: 'unknown' })
      }
    })

    test('looking up somebody who is blocked says so, so that their sessions end', async (context) => {
      const { source, blocked } = await open(context, factory)
      if (!source.lookup || blocked?.id === undefined) return context.skip('there is nobody to look up')
      expect(await source.lookup(blocked.id, never())).toMatchObject({ outcome: 'blocked' })
    })

    test('it inspects itself in time, finds nothing that keeps people out, and shows no password', async (context) => {
      const { source, accepted, blocked, secrets = [] } = await open(context, factory)
      if (!source.check) return context.skip('this source does not inspect itself')
      const findings = await findingsOf(source)
      for (const { level, what } of findings) {
        expect(['ok', 'warning'], what).toContain(level)
        expect(what).toMatch(/^[^\p{C}]+$/u)
        for (const secret of [accepted.password, ...(blocked ? [blocked.password] : []), ...secrets])
          expect(what).not.toContain(secret)
      }
    })

    test('an inspection whose time is up ends, and leaves the source as it was', async (context) => {
      const { source, accepted, ask } = await open(context, factory)
      if (!source.check) return context.skip('this source does not inspect itself')
      const during = new AbortController()
      const inspections = [findingsOf(source, AbortSignal.abort()), findingsOf(source, during.signal)]
      during.abort(new Error('the deadline has passed'))
      // It may yield findings or reject. A source that hangs makes the test run out of time.
      await Promise.allSettled(inspections)
      accountOf(await ask(accepted))
    })

    test('an inspection finds an outage, and shows no password then either', async (context) => {
      const { source, accepted, secrets = [], breakDown } = await open(context, factory)
      if (!source.check || !breakDown) return context.skip('this source does not inspect itself, or cannot be broken')
      await breakDown()
      const [settled] = await Promise.allSettled([findingsOf(source)])
      const failure = settled?.status === 'rejected' ? [{ level: 'error', what: String(settled.reason) }] : []
      const findings = settled?.status === 'fulfilled' ? settled.value : failure
      expect(findings.map(({ level }) => level)).toContain('error')
      for (const secret of [accepted.password, ...secrets]) expect(JSON.stringify(findings)).not.toContain(secret)
    })

    test('an outage is no answer: neither a wrong password, nor an unknown name', async (context) => {
      const { source, accepted, unknown, ask, breakDown } = await open(context, factory)
      if (!breakDown) return context.skip('this source cannot be broken')
      const { id } = accountOf(await ask(accepted))
      await breakDown()
      for (const attempt of [accepted, { ...accepted, password: randomUUID() }, { ...accepted, username: unknown }]) {
        await expectOutage(ask(attempt))
      }
      if (source.lookup) await expectOutage(source.lookup(id, never()))
    })
  })
}

async function open(context: TestContext, factory: UserSourceFactory) {
  const made = await factory()
  const { source, accepted } = made
  context.onTestFinished(async () => {
    await source.close?.()
    await made.teardown?.()
  })
  await source.ready?.()
  const ask = async ({ username, password }: KnownCredentials, signal = never()): Promise<Outcome> =>
    source.authenticate(
      new LoginAttempt({ username, password, fields: { ...accepted.fields, username, password } }),
      signal,
    )
  return { ...made, ask }
}

/** Returns all findings of a source about itself. */
async function findingsOf(source: UserSource, signal = never()): Promise<Diagnostic[]> {
  const findings: Diagnostic[] = []
  const inspection = { signal, roleNames: [], warnBeforeMs: DAY }
  for await (const finding of source.check?.(inspection) ?? []) findings.push(finding)
  return findings
}

const DAY = 86_400_000

function accountOf(outcome: Outcome): Account {
  if (outcome.outcome === 'accepted') return outcome.account
  return expect.fail(`expected the source to accept, and it answered ${inspect(outcome)}`)
}

/**
 * True for every kind of refusal. Sources that cannot tell a wrong password from an unknown name, and sources that lock
 * accounts, are right as well.
 */
function isRefusal({ outcome }: Outcome): boolean {
  return outcome === 'unknown' || outcome === 'rejected' || outcome === 'blocked'
}

/** Expects an outage. An exception of a source counts as `unavailable`. */
async function expectOutage(answer: Promise<Outcome>): Promise<void> {
  const [settled] = await Promise.allSettled([answer])
  if (settled?.status === 'fulfilled') expect(settled.value).toMatchObject({ outcome: 'unavailable' })
}

function never(): AbortSignal {
  return new AbortController().signal
}
