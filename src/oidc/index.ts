export { oidcLogin } from './oidc-login.ts'
export type {
  OidcAccount,
  OidcClaims,
  OidcLoginOptions,
  OidcRoles,
  OidcSecondFactor,
  PrivateKeyJwt,
} from './oidc-options.ts'
