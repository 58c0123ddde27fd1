/**
 * Calls function modules of an SAP system by RFC. The application brings the client. Why: SAP's NetWeaver RFC SDK is
 * needed, and its licence forbids redistribution.
 *
 * A client of `node-rfc` fits with a few lines:
 *
 * ```ts
 * import type { SapRfcClient } from 'ostiary/sap'
 *
 * interface Connection {
 *   call(functionName: string, parameters: object): Promise<Record<string, unknown>>
 * }
 * interface Pool {
 *   acquire(): Promise<Connection>
 *   release(connection: Connection): Promise<void>
 * }
 *
 * const clientOf = (pool: Pool): SapRfcClient => ({
 *   async call(functionName, parameters) {
 *     const connection = await pool.acquire()
 *     try {
 *       return await connection.call(functionName, parameters)
 *     } finally {
 *       await pool.release(connection)
 *     }
 *   },
 * })
 * ```
 */
export interface SapRfcClient {
  /**
   * Calls a function module as the service user of the connection. The service user needs `S_RFC` for the modules and
   * `S_USER_GRP` to display users. Several calls may run at once. Implementations must keep the parameters out of logs.
   * Why: a password is among them.
   *
   * Resolves with the exporting parameters and tables. Rejects after an ABAP exception, with an error whose `key` is
   * the exception's name, such as `WRONG_PASSWORD`. The error's `codeString`, if any, is `RFC_ABAP_EXCEPTION`. Every
   * other error counts as an outage. `signal` fires when the caller has given up.
   */
  call(
    functionName: string,
    parameters: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>>
}
