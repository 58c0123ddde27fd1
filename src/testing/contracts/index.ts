export type {
  AdapterFeature,
  AdapterUnderTest,
  ContractAnswer,
  ContractApplication,
  ContractRequest,
  ContractRoute,
  RunningApplication,
} from '../adapter/adapter-under-test.ts'
export { adapterContract } from '../adapter-contract.ts'
export {
  type RecordStoreFactory,
  type RecordStoreUnderTest,
  recordStoreContract,
} from '../record-store-contract.ts'
export { sessionStoreContract } from '../session-store-contract.ts'
export type { SessionStoreFactory, SessionStoreUnderTest } from '../session-store-under-test.ts'
export {
  type ThrottleStoreFactory,
  type ThrottleStoreUnderTest,
  throttleStoreContract,
} from '../throttle-store-contract.ts'
export { userSourceContract } from '../user-source-contract.ts'
export type { UserSourceFactory, UserSourceUnderTest } from '../user-source-under-test.ts'
