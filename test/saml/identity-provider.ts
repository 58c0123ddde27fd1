import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'

/** A key with its certificate, as PEM. */
export interface SigningKey {
  readonly key: string
  readonly certificate: string
}

/** Makes a key and a certificate that it has signed itself. */
export function signingKey(): SigningKey {
  const folder = mkdtempSync(join(tmpdir(), 'ostiary-saml-'))
  const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Test']
  execFileSync('openssl', [...args, '-keyout', keyFile, '-out', certificateFile], { stdio: 'ignore' })
  const made = { key: readFileSync(keyFile, 'utf8'), certificate: readFileSync(certificateFile, 'utf8') }
  rmSync(folder, { recursive: true })
  return made
}

/** The parts of a response that tests change. */
export interface ResponseParts {
  readonly issuer: string
  readonly audience: string
  readonly recipient: string
  readonly inResponseTo: string
  readonly nameId: string
  readonly groups: readonly string[]
  readonly authnInstant: string
  readonly authnContext: string
  readonly notBefore: string
  readonly notOnOrAfter: string
}

export const ISSUER = 'https://idp.example.org/idp'

/** Returns the id of the request in a redirect to the identity provider. */
export function requestIn(redirect: URL): { readonly id: string; readonly relayState: string; readonly xml: string } {
  const deflated = Buffer.from(redirect.searchParams.get('SAMLRequest') ?? '', 'base64')
  const xml = inflateRawSync(deflated).toString()
  return { xml, id: /\bID="([^"]+)"/.exec(xml)?.[1] ?? '', relayState: redirect.searchParams.get('RelayState') ?? '' }
}

/** The parts of a right response. */
export function partsFor(origin: string, inResponseTo: string): ResponseParts {
  const now = Date.now()
  const at = (ms: number) => new Date(now + ms).toISOString()
  return {
    issuer: ISSUER,
    audience: `${origin}/auth/saml/uni/metadata`,
    recipient: `${origin}/auth/saml/uni/acs`,
    inResponseTo,
    nameId: 'alice-1',
    groups: ['staff'],
    authnInstant: at(-1000),
    authnContext: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    notBefore: at(-60_000),
    notOnOrAfter: at(60_000),
  }
}

/** Returns an assertion, unsigned. */
export function assertionOf(parts: ResponseParts, id: string = `_${randomUUID()}`): string {
  const now = new Date().toISOString()
  const groups = parts.groups.map((group) => `<saml:AttributeValue>${group}</saml:AttributeValue>`).join('')
  const attributes =
    groups === ''
      ? ''
      : `<saml:AttributeStatement><saml:Attribute Name="groups">${groups}</saml:Attribute></saml:AttributeStatement>`
  return (
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${now}">` +
    `<saml:Issuer>${parts.issuer}</saml:Issuer><saml:Subject>` +
    `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${parts.nameId}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData ` +
    `NotOnOrAfter="${parts.notOnOrAfter}" Recipient="${parts.recipient}" InResponseTo="${parts.inResponseTo}"/>` +
    `</saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${parts.notBefore}" NotOnOrAfter="${parts.notOnOrAfter}"><saml:AudienceRestriction>` +
    `<saml:Audience>${parts.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${parts.authnInstant}"><saml:AuthnContext><saml:AuthnContextClassRef>` +
    `${parts.authnContext}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
    `${attributes}</saml:Assertion>`
  )
}

/** Puts assertions into a response, unsigned. */
export function responseWith(parts: ResponseParts, content: string, status: string = 'Success'): string {
  return (
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ` +
    `ID="_${randomUUID()}" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${parts.recipient}" ` +
    `InResponseTo="${parts.inResponseTo}"><saml:Issuer>${parts.issuer}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status>` +
    `${content}</samlp:Response>`
  )
}

/** Signs the element of this name, behind its issuer. */
export function sign(xml: string, element: 'Assertion' | 'Response', { key }: SigningKey): string {
  const signed = new SignedXml({ privateKey: key })
  signed.signatureAlgorithm = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
  signed.canonicalizationAlgorithm = 'http://www.w3.org/2001/10/xml-exc-c14n#'
  const xpath = element === 'Response' ? `/*[local-name(.)='Response']` : `//*[local-name(.)='Assertion']`
  signed.addReference({
    xpath,
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
  })
  signed.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
  })
  return signed.getSignedXml()
}

/** A right response: the assertion is signed, and so is the whole. */
export function rightResponse(parts: ResponseParts, key: SigningKey): string {
  return sign(responseWith(parts, sign(assertionOf(parts), 'Assertion', key)), 'Response', key)
}
