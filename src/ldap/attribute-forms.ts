import { ConfigurationError } from '../errors.ts'
import { attributeKey } from './attribute-name.ts'
import { OCTET_FORMS, type OctetForm } from './octets.ts'
import type { LdapOctetForm } from './options.ts'

/** Returns the form of an attribute's values. Other attributes are text. */
export type AttributeForms = (attribute: string) => OctetForm

/**
 * Returns the forms of attributes that hold bytes: well-known attributes, and attributes from the configuration.
 *
 * The form depends on the attribute alone. Why: if it depended on the value, a value could look like another user's
 * value.
 *
 * @throws {ConfigurationError} when the configuration names an unknown form.
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
