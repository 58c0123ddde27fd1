export {
  type AuthExtension,
  type CoreServices,
  perAuth,
} from '../auth-extension.ts'
export { assertKnownOptions, type OptionNames } from '../known-options.ts'
export type { LoginStep, ProvedLogin, StepSubject } from '../login/login-step.ts'
export type { PageView } from '../pages/layout.ts'
export type { LoginNotice, LoginView } from '../pages/login-page.ts'
export type { LogoutView } from '../pages/logout-page.ts'
export type { PageMessages } from '../pages/messages.ts'
export type { NoticeView, PageNotice } from '../pages/notice-page.ts'
export type { PageLogoOptions } from '../pages/page-images.ts'
export type { PageLink, PageLinks, PageLinksOptions } from '../pages/page-links.ts'
export type { CustomPage, Page, Pages, PagesOptions } from '../pages/pages.ts'
export { template } from '../pages/template.ts'
export { reasonOf } from '../reason-of.ts'
export { hashedKey, type KeptRecord, type Records, type RecordsOfKind } from '../records/records.ts'
export type { RequestContext, RequestHeaders } from '../request-context.ts'
export type { Authentication } from '../sessions/authenticate-request.ts'
export type { CredentialAnswer, CredentialContext, CredentialReader } from '../sessions/credential-reader.ts'
export type { SessionTrust } from '../sessions/session-trust.ts'
export type { AttemptCounter, CountedAttempt } from '../throttle/attempt-counter.ts'
export { languagesOf, wantsPage } from './accepts.ts'
export { type AccountLink, accountLink } from './account-link.ts'
export {
  type Answer,
  joinVary,
  jsonAnswer,
  pageAnswer,
  problemAnswer,
  redirectAnswer,
  withCookies,
  withHeaders,
} from './answer.ts'
export { type AuditLine, auditLineOf } from './audit-line.ts'
export {
  ANYONE,
  ANYONE_WITHOUT_USER,
  type AnyoneOptions,
  isPublic,
  type PublicRoute,
  type RouteDeclaration,
  readAnyone,
  readDeclaration,
} from './declaration.ts'
export type { Endpoint } from './endpoint.ts'
export type { AccountSection, AuthServices, Extension, LoginLink } from './extension.ts'
export type { Guard, Verdict } from './guard.ts'
export { createHttpAuth, type HttpAuth } from './http-auth.ts'
export { HTTP_OPTIONS, type HttpOptions, type HttpSettings } from './http-options.ts'
export { answerInKind, parseBody } from './login-body.ts'
export type { LoginFlow, SubmittedLogin } from './login-flow.ts'
export {
  type OpenApiOperation,
  problemResponse,
  REQUIRED_WITH,
  REQUIRED_WITHIN,
  refusalsOf,
  requirementFragment,
  SECURITY_SCHEME,
  securitySchemeOf,
} from './openapi.ts'
export type { PublicPaths } from './public-path.ts'
export { type AnonymousAnswer, CHALLENGE, type Refusals } from './refusals.ts'
export { type ReturnRules, returnPath } from './return-path.ts'
export {
  assertDeclared,
  type DescribedRoute,
  describeRoute,
  nameOfRoute,
  type RouteMapEntry,
  type UndeclaredRoutes,
} from './route-map.ts'
export { isSameSite } from './same-site.ts'
