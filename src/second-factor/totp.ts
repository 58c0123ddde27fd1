import { loadPackage } from '../load-package.ts'

/** Time-based one-time passwords (RFC 6238): SHA-1, six digits, steps of 30 s. */
export interface Totp {
  /** Returns a new secret of 160 bits, in base32. */
  newSecret(): string
  /** Returns the address that an authenticator app reads from the QR code. */
  uriOf(secret: string, issuer: string, label: string): string
  /**
   * Returns the step of a code: the number of 30 s since 1970-01-01 UTC. Undefined for a wrong code. One step before
   * and one after `now` are accepted. Why: clocks of telephones differ by some seconds (RFC 6238, section 5.2).
   */
  stepOf(secret: string, code: string, now: number): number | undefined
  /** Returns the QR code of an address as SVG. */
  qrOf(uri: string): string
}

/**
 * Loads the packages for one-time passwords at their first use. They are optional peer dependencies.
 *
 * @throws {ConfigurationError} when a package is missing or fails to load.
 */
export async function loadTotp(): Promise<Totp> {
  const [{ Secret, TOTP }, { renderSVG }] = await load()
  const rules = { algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS }

  return {
    newSecret: () => new Secret({ size: 20 }).base32,
    uriOf: (secret, issuer, label) =>
      new TOTP({ ...rules, issuer, label, secret: Secret.fromBase32(secret) }).toString(),
    stepOf(secret, code, now) {
      const token = code.replace(/[\s-]/g, '')
      if (!/^[0-9]{6}$/.test(token)) return undefined
      const delta = TOTP.validate({ ...rules, token, secret: Secret.fromBase32(secret), timestamp: now, window: 1 })
      return delta === null ? undefined : Math.floor(now / 1000 / PERIOD_SECONDS) + delta
    },
    qrOf: (uri) => renderSVG(uri, { ecc: 'M', border: 2 }),
  }
}

function load() {
  return loadPackage('secondFactor()', ['otpauth', 'uqr'], () => Promise.all([import('otpauth'), import('uqr')]))
}

const PERIOD_SECONDS = 30
