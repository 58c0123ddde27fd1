export { type FixedClock, fixedClock } from './fixed-clock.ts'
export { sessionStoreContract } from './session-store-contract.ts'
export type {
  SessionStoreFactory,
  SessionStoreUnderTest,
} from './session-store-under-test.ts'
export { type TestUser, testUser } from './test-user.ts'
export {
  type ThrottleStoreFactory,
  type ThrottleStoreUnderTest,
  throttleStoreContract,
} from './throttle-store-contract.ts'
export { type UserSourceFactory, type UserSourceUnderTest, userSourceContract } from './user-source-contract.ts'
