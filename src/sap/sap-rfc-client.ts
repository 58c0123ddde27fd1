/**
 * Calls function modules of an SAP system by RFC. For those who have SAP's NetWeaver RFC SDK: its licence forbids
 * passing it on, so no package can bring it.
 *
 * A client of `node-rfc` fits nearly as it is:
 *
 * ```ts
 * const client: SapRfcClient = {
 *   async call(functionName, parameters) {
 *     const connection = await pool.acquire()
 *     try {
 *       return await connection.call(functionName, parameters)
 *     } finally {
 *       await pool.release(connection)
 *     }
 *   },
 * }
 * ```
 */
export interface SapRfcClient {
  /**
   * Calls a function module as the service user of the connection, which needs `S_RFC` for the modules and may show users
   * (`S_USER_GRP`). May be asked many times at once. Never logs the parameters: a password is among them.
   *
   * Resolves with the exporting parameters and tables. Rejects with an error whose `key` is the name of the ABAP
   * exception, such as `WRONG_PASSWORD`, and whose `codeString` is `RFC_ABAP_EXCEPTION` if it has one. Every other error
   * counts as an outage. `signal` fires when the answer is no longer wanted.
   */
  call(
    functionName: string,
    parameters: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>>
}
