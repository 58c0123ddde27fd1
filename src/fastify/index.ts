import './augment.ts'

export { anyone, type DeclaredRoute, protect, type RouteDeclaration } from './declare.ts'
export { type OstiaryOptions, ostiary } from './plugin.ts'
export type { AnonymousAnswer } from './refusals.ts'
export type { RouteMapEntry, UndeclaredRoutes } from './route-ledger.ts'
