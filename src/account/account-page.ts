import type { Extension } from '../http/index.ts'
import { accountEndpoints } from './endpoints.ts'

/**
 * Shows signed-in users their account at `{prefix}/account`: who they are, what their roles allow, where they are signed
 * in, and what other extensions have for them, such as passwords, second factors and tokens.
 *
 * ```ts
 * import { createAuth } from 'ostiary'
 * import { accountPage } from 'ostiary/account'
 *
 * const auth = createAuth({ roles: [], extensions: [accountPage()] })
 * ```
 */
export function accountPage(): Extension {
  return { name: 'account', endpoints: accountEndpoints }
}
