import './augment.ts'

export type {
  AnonymousAnswer,
  AnyoneOptions,
  LoginNotice,
  LoginView,
  LogoutView,
  NoticeView,
  PageLink,
  PageLinks,
  PageLinksOptions,
  PageLogoOptions,
  PageMessages,
  PageNotice,
  PagesOptions,
  PageView,
  RouteMapEntry,
  UndeclaredRoutes,
} from '../http/index.ts'

export { anyone, type DeclaredRoute, protect, type RouteCheck, type RouteDeclaration } from './declare.ts'
export type { DecoratedNames } from './decorated-names.ts'
export type { EveryRouteOptions } from './every-route.ts'
export { type OstiaryOptions, ostiary } from './plugin.ts'
export { type CurrentSession, currentSession, getUser } from './request-user.ts'
export { type SameSiteOptions, sameSite } from './same-site.ts'
export { sessionSignal } from './session-signal.ts'
