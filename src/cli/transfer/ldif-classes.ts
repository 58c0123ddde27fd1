/**
 * Returns true when an entry of these object classes may be a user. Only known classes count: those of RFC 4519, RFC
 * 4524, RFC 2307 and common servers. Other classes are ignored, whatever their names.
 *
 * An entry without any known class may be a user. Its attributes then decide.
 */
export function isPerson(objectClasses: readonly string[]): boolean {
  const classes = objectClasses.map((name) => name.trim().toLowerCase())
  const isAnyOf = (names: ReadonlySet<string>) => classes.some((name) => names.has(name))
  // A computer of Active Directory has the classes of persons and users as well.
  if (isAnyOf(MACHINES)) return false
  return isAnyOf(PEOPLE) || !isAnyOf(OTHERS)
}

const MACHINES: ReadonlySet<string> = new Set(['computer', 'ipahost', 'device', 'ieee802device', 'iphost'])

const PEOPLE: ReadonlySet<string> = new Set([
  'person',
  'organizationalperson',
  'residentialperson',
  'inetorgperson',
  'newpilotperson',
  'pilotperson',
  'user',
  'account',
  'posixaccount',
  'shadowaccount',
  'sambasamaccount',
  'simplesecurityobject',
])

const OTHERS: ReadonlySet<string> = new Set([
  'group',
  'groupofnames',
  'groupofuniquenames',
  'groupofurls',
  'groupofmembers',
  'groupofentries',
  'posixgroup',
  'sambagroupmapping',
  'ipausergroup',
  'ipahostgroup',
  'nestedgroup',
  'rfc822mailgroup',
  'dynamicgroup',
  'nisnetgroup',
  'nismap',
  'nisobject',
  'sudorole',
  'organization',
  'organizationalunit',
  'domain',
  'dnsdomain',
  'dnszone',
  'container',
  'nscontainer',
  'locality',
  'country',
  'applicationprocess',
  'pwdpolicy',
  'ldapsubentry',
  'foreignsecurityprincipal',
  'trusteddomain',
])
