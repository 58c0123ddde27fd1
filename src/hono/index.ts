export type { Connection } from '../web/index.ts'
export { anyone, middleware, type OstiaryEnv, protect, type SameSiteOptions, sameSite } from './declare.ts'
export { checkRoutes, type HonoAuth, type HonoAuthOptions, ostiary } from './ostiary.ts'
export { type CurrentSession, currentSession, getUser } from './request-state.ts'
