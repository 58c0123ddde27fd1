import type { AccountInput, Role } from '../index.ts'
import type { OidcClaims, OidcSettings } from './oidc-options.ts'

/** Makes the account of claims: its id is `sub`. Returns null for a user whom the application refuses. */
export function accountOfClaims(
  { account, groupsClaim, roles }: Pick<OidcSettings, 'account' | 'groupsClaim' | 'roles'>,
  claims: OidcClaims,
): AccountInput | null {
  const made = account(claims)
  if (made === null) return null
  const groups = textsOf(claims[groupsClaim])
  const ofGroups =
    typeof roles === 'function' ? roles(groups, claims) : groups.flatMap((group) => ofGroup(roles, group))
  return { ...made, id: claims.sub, roles: [...(made.roles ?? []), ...ofGroups], superuser: false }
}

function ofGroup(
  roles: Readonly<Record<string, Role | string | readonly (Role | string)[]>>,
  group: string,
): readonly (Role | string)[] {
  // Own entries only: a group may be called "constructor".
  const found = Object.hasOwn(roles, group) ? roles[group] : undefined
  return found === undefined ? [] : [found].flat()
}

/** Returns the texts of a claim. Some providers write one group as a text. */
function textsOf(claim: unknown): readonly string[] {
  return [claim].flat().filter((each): each is string => typeof each === 'string')
}
