export { type ApiTokensExtension, type ApiTokensOptions, apiTokens, tokensOf } from './api-tokens.ts'
export { type BasicLoginOptions, basicLogin } from './basic-login.ts'
export type { ListedToken, MadeToken, NewToken, TokenAdministration } from './token-store.ts'
