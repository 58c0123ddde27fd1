export type { SecondFactorAdministration, SecondFactorState } from './administration.ts'
export { type SecondFactorExtension, type SecondFactorOptions, secondFactor, secondFactorsOf } from './second-factor.ts'
