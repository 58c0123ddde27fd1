export type { PasskeyAdministration, PasskeyState } from './passkey-store.ts'
export { type PasskeysExtension, type PasskeysOptions, passkeys, passkeysOf } from './passkeys.ts'
