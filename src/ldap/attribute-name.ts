/**
 * Returns one spelling for all spellings of an attribute's name. `objectguid` and `objectGUID;binary` are equal, and so
 * are `userid`, `UID` and its object identifier (RFC 4512, section 2.5; RFC 4519).
 *
 * Options such as `;lang-de` stay, since they make another attribute description. `;binary` is removed, since it only
 * tells how values are transferred.
 */
export function attributeKey(name: string): string {
  const [type = '', ...options] = name
    .trim()
    .toLowerCase()
    .replace(/^oid\./, '')
    .split(';')
  return [FIRST_NAMES.get(type) ?? type, ...options.filter((option) => option !== 'binary').sort()].join(';')
}

/**
 * Returns the name to request from a server, without `;binary`. Why: most servers know `;binary` for certificates
 * alone.
 */
export function withoutBinary(name: string): string {
  return name.trim().replace(/;binary(?=;|$)/gi, '')
}

/** The names under which servers send attributes with several names. */
const FIRST_NAMES: ReadonlyMap<string, string> = new Map(
  [
    ['uid', 'userid', '0.9.2342.19200300.100.1.1'],
    ['cn', 'commonname', '2.5.4.3'],
    ['sn', 'surname', '2.5.4.4'],
    ['mail', 'rfc822mailbox', '0.9.2342.19200300.100.1.3'],
    ['givenname', 'gn', '2.5.4.42'],
    ['mobile', 'mobiletelephonenumber', '0.9.2342.19200300.100.1.41'],
    ['telephonenumber', '2.5.4.20'],
    ['description', '2.5.4.13'],
    ['employeenumber', '2.16.840.1.113730.3.1.3'],
    ['entryuuid', '1.3.6.1.1.16.4'],
    ['userprincipalname', '1.2.840.113556.1.4.656'],
    ['samaccountname', '1.2.840.113556.1.4.221'],
    ['objectguid', '1.2.840.113556.1.4.2'],
    ['objectsid', '1.2.840.113556.1.4.146'],
    ['memberof', '1.2.840.113556.1.2.102'],
  ].flatMap(([first = '', ...others]) => others.map((other) => [other, first] as const)),
)
