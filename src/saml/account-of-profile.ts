import type { Profile } from '@node-saml/node-saml'
import type { AccountInput, Role } from '../index.ts'
import type { SamlAttributes, SamlSettings } from './saml-options.ts'

/** Returns the attributes of a profile. The package writes an attribute with one value as a text. */
export function attributesOf(profile: Profile): SamlAttributes {
  const attributes: Record<string, readonly string[]> = Object.create(null)
  const own = (profile as { attributes?: Record<string, unknown> }).attributes ?? {}
  for (const [name, value] of Object.entries(own))
    attributes[name] = [value].flat().filter((each): each is string => typeof each === 'string')
  attributes.nameID = [profile.nameID]
  return attributes
}

/** Makes the account of attributes. Returns null for a user without an id, or whom the application refuses. */
export function accountOfAttributes(settings: SamlSettings, attributes: SamlAttributes): AccountInput | null {
  const { groupsAttribute, idAttribute, roles } = settings
  const ids = attributes[idAttribute ?? 'nameID'] ?? []
  const [id] = ids
  // An id with several values names nobody.
  if (ids.length !== 1 || id === undefined || id.trim() === '' || id.length > MAX_ID_LENGTH) return null
  const made = settings.account(attributes, id)
  if (made === null) return null
  const groups = attributes[groupsAttribute] ?? []
  const ofGroups =
    typeof roles === 'function'
      ? roles(groups, attributes)
      : groups.flatMap((group): readonly (Role | string)[] =>
          Object.hasOwn(roles, group) ? [roles[group] ?? []].flat() : [],
        )
  return { ...made, id, roles: [...(made.roles ?? []), ...ofGroups], superuser: false }
}

const MAX_ID_LENGTH = 200
