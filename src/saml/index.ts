export { samlLogin } from './saml-login.ts'
export type { SamlAccount, SamlAttributes, SamlLoginOptions, SamlRoles } from './saml-options.ts'
