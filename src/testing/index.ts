export { type FixedClock, fixedClock } from './fixed-clock.ts'
export { signInAs } from './sign-in-as.ts'
export { type TestUser, testUser } from './test-user.ts'
