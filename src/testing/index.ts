export { type FixedClock, fixedClock } from './fixed-clock.ts'
export { signInAs } from './sign-in-as.ts'
export { testRequest } from './test-request.ts'
export { type TestUser, testUser } from './test-user.ts'
