import { describe } from 'vitest'
import type { AdapterUnderTest } from './adapter/adapter-under-test.ts'
import { describeAnswers } from './adapter/answers.ts'
import { describeBypass } from './adapter/bypass.ts'
import { describeCookies } from './adapter/cookies.ts'
import { describeCrossSite } from './adapter/cross-site.ts'
import { describeGuards } from './adapter/guards.ts'
import { describeLeases } from './adapter/leases.ts'
import { describeLogin } from './adapter/login.ts'
import { describeLoginBodies } from './adapter/login-bodies.ts'
import { describeOutages } from './adapter/outages.ts'
import { describeRecentLogin } from './adapter/recent-login.ts'
import { describeRefusals } from './adapter/refusals.ts'
import { describeStartUp } from './adapter/start-up.ts'
import { describeTrustedOrigins } from './adapter/trusted-origins.ts'

/**
 * The behaviour of every adapter of a framework, as a suite of tests over servers that listen. Call it in a test file:
 *
 * ```ts
 * import { adapterContract, type ContractApplication, type RunningApplication } from 'ostiary/testing/contracts'
 *
 * export function testAdapter(serve: (application: ContractApplication) => Promise<RunningApplication>) {
 *   adapterContract('My framework', { start: (application) => serve(application) })
 * }
 * ```
 */
export function adapterContract(name: string, adapter: AdapterUnderTest): void {
  describe(`${name} keeps the contract of adapters`, () => {
    describeStartUp(adapter)
    describeGuards(adapter)
    describeRefusals(adapter)
    describeRecentLogin(adapter)
    describeBypass(adapter)
    describeLogin(adapter)
    describeLoginBodies(adapter)
    describeCrossSite(adapter)
    describeTrustedOrigins(adapter)
    describeCookies(adapter)
    describeLeases(adapter)
    describeOutages(adapter)
    describeAnswers(adapter)
  })
}
