import { describe } from 'vitest'
import type { AdapterUnderTest } from './adapter/adapter-under-test.ts'
import { describeBypass } from './adapter/bypass.ts'
import { describeGuards } from './adapter/guards.ts'
import { describeRecentLogin } from './adapter/recent-login.ts'
import { describeRefusals } from './adapter/refusals.ts'

/**
 * The behaviour of every adapter of a framework, as a suite of tests over servers that listen. Call it in a test file:
 *
 * ```ts
 * adapterContract('My framework', {
 *   async start({ auth, http, routes }) {
 *     const server = await serve({ auth, ...http, routes: routes.map(toRoute) })
 *     return { url: server.url, close: () => server.close() }
 *   },
 * })
 * ```
 */
export function adapterContract(name: string, adapter: AdapterUnderTest): void {
  describe(`${name} keeps the contract of adapters`, () => {
    describeGuards(adapter)
    describeRefusals(adapter)
    describeRecentLogin(adapter)
    describeBypass(adapter)
  })
}
