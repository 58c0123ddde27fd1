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
export { sessionStoreContract } from '../session-store-contract.ts'
export type { SessionStoreFactory, SessionStoreUnderTest } from '../session-store-under-test.ts'
export {
  type ThrottleStoreFactory,
  type ThrottleStoreUnderTest,
  throttleStoreContract,
} from '../throttle-store-contract.ts'
export { type UserSourceFactory, type UserSourceUnderTest, userSourceContract } from '../user-source-contract.ts'
