import type { SapRfcClient } from 'ostiary/sap'
import { expect } from 'vitest'

/** A user of the system that the fake client pretends to call. */
export interface RfcUser {
  readonly password: string
  readonly fullName?: string
  readonly roles?: readonly { readonly name: string; readonly from?: string; readonly to?: string }[]
  readonly validFrom?: string
  readonly validTo?: string
  readonly lock?: 'LOCAL_LOCK' | 'GLOB_LOCK' | 'WRNG_LOGON'
  /** The exception of `SUSR_LOGIN_CHECK_RFC` that the right password gets. */
  readonly exception?: string
}

/** What the system is asked in place of a name or a password that is not sent. */
export const NOBODYS_CALL = {
  functionName: 'SUSR_LOGIN_CHECK_RFC',
  parameters: {
    BNAME: expect.stringMatching(/^NOBODY[0-9A-F]{6}$/),
    PASSWORD: expect.stringMatching(/^[\w-]{16}$/),
    USE_NEW_EXCEPTION: 1,
  },
}

/**
 * An ABAP system as far as two function modules go, from what is published of them: SAP cannot be run here. Like ABAP's
 * fields of fixed length, it cuts off what is too long and does not know blanks at the end.
 */
export function rfcSystem(users: Readonly<Record<string, RfcUser>>) {
  const calls: { functionName: string; parameters: Readonly<Record<string, unknown>> }[] = []
  let down = false

  const client: SapRfcClient = {
    async call(functionName, parameters) {
      calls.push({ functionName, parameters })
      if (down) throw Object.assign(new Error('partner not reached (host sap, service sapgw00)'), COMMUNICATION)
      if (functionName === 'SUSR_LOGIN_CHECK_RFC') return checkLogin(parameters)
      if (functionName === 'BAPI_USER_GET_DETAIL') return readDetail(parameters)
      throw abapException('FU_NOT_FOUND')
    },
  }

  function find(name: unknown): RfcUser | undefined {
    const key = charField(name, 12)
    return Object.hasOwn(users, key) ? users[key] : undefined
  }

  function checkLogin({ BNAME, PASSWORD }: Readonly<Record<string, unknown>>) {
    const user = find(BNAME)
    if (!user || charField(PASSWORD, 40) !== charField(user.password, 40)) throw abapException('WRONG_PASSWORD')
    if (user.exception) throw abapException(user.exception)
    return {}
  }

  function readDetail({ USERNAME }: Readonly<Record<string, unknown>>) {
    const user = find(USERNAME)
    if (!user) return { RETURN: [{ TYPE: 'E', ID: '01', NUMBER: '124', MESSAGE: `User ${USERNAME} does not exist` }] }
    const locks = { WRNG_LOGON: 'U', LOCAL_LOCK: 'U', GLOB_LOCK: 'U', NO_USER_PW: 'U' }
    return {
      RETURN: [],
      ADDRESS: { FULLNAME: user.fullName ?? '', E_MAIL: 'someone@example.org' },
      LOGONDATA: { GLTGV: user.validFrom ?? '00000000', GLTGB: user.validTo ?? '00000000', USTYP: 'A' },
      ISLOCKED: user.lock ? { ...locks, [user.lock]: 'L' } : locks,
      ACTIVITYGROUPS: (user.roles ?? []).map(({ name, from = '20200101', to = '99991231' }) => ({
        AGR_NAME: name,
        FROM_DAT: from,
        TO_DAT: to,
        AGR_TEXT: 'A role',
      })),
    }
  }

  return { client, calls, breakDown: () => (down = true) }
}

/** What `node-rfc` throws when a function module raises an exception. */
function abapException(key: string): Error {
  return Object.assign(new Error(`${key} Message 000 of class 00 type E`), {
    name: 'ABAPError',
    group: 1,
    code: 5,
    codeString: 'RFC_ABAP_EXCEPTION',
    key,
  })
}

const COMMUNICATION = {
  name: 'RfcLibError',
  group: 4,
  code: 1,
  codeString: 'RFC_COMMUNICATION_FAILURE',
  key: 'RFC_COMMUNICATION_FAILURE',
}

function charField(value: unknown, length: number): string {
  return String(value).slice(0, length).trimEnd()
}
