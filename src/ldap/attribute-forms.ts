import { ConfigurationError } from '../errors.ts'
import { attributeKey } from './attribute-name.ts'
import { OCTET_FORMS, type OctetForm } from './octets.ts'
import type { LdapOctetForm } from './options.ts'

/** How the values of each attribute are written. What is not told is text. */
export type AttributeForms = (attribute: string) => OctetForm

/**
 * The forms of attributes that hold bytes: those that are known, and those that the configuration tells.
 *
 * The form follows the attribute, so that no value can look like one of another person.
 *
 * @throws {ConfigurationError} when a form is none.
 */
export function attributeForms(told: Readonly<Record<string, LdapOctetForm>> = {}): AttributeForms {
  const forms = new Map(Object.entries(KNOWN).map(([name, form]) => [attributeKey(name), OCTET_FORMS[form]]))
  for (const [name, form] of Object.entries(told)) {
    if (!Object.hasOwn(OCTET_FORMS, form)) {
      const all = Object.keys(OCTET_FORMS).join(', ')
      throw new ConfigurationError(`The form of "${name}" in octets of ldapSource() is one of: ${all}.`)
    }
    forms.set(attributeKey(name), OCTET_FORMS[form])
  }
  return (attribute) => forms.get(attributeKey(attribute)) ?? OCTET_FORMS.text
}

const KNOWN: Readonly<Record<string, LdapOctetForm>> = {
  // Active Directory.
  objectGUID: 'guid',
  'mS-DS-ConsistencyGuid': 'guid',
  msExchMailboxGuid: 'guid',
  attributeSecurityGUID: 'guid',
  schemaIDGUID: 'guid',
  objectSid: 'sid',
  sIDHistory: 'sid',
  tokenGroups: 'sid',
  // eDirectory.
  GUID: 'uuid',
}
