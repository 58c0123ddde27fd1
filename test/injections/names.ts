import fc from 'fast-check'

/**
 * What somebody types who wants to be taken for `right`, or for anybody else, by what is asked behind the form. Nobody
 * is called like any of it.
 */
export function injections(right: string): readonly string[] {
  return [
    ...wildcards(right),
    ...filters(right),
    ...names(right),
    ...odata(right),
    ...statements(right),
    ...other(right),
  ]
}

/** The same, put together by chance. */
export function randomInjections(right: string): fc.Arbitrary<string> {
  const pieces = fc.constantFrom(right, ...PIECES)
  return fc
    .array(pieces, { minLength: 2, maxLength: 8 })
    .map((parts) => parts.join(''))
    .filter((name) => name.trim().toLowerCase() !== right)
}

const PIECES = [
  ...['uid', '*', '(', ')', '\\', '|', '&', '!', '=', ',', '+', '\0', '"', '#', ' ', 'x', '2a', ';', '<', '>'],
  ...["'", "''", '--', '/*', '*/', ' or ', '1', '%', '_', '%27', '/', '?', '$', '`', ' eq ', '..', ':', '@'],
]

function wildcards(right: string): string[] {
  const [first = '', last = ''] = [right.at(0), right.at(-1)]
  return [
    '*',
    '**',
    `${first}*`,
    `*${last}`,
    `${first}*${last}`,
    `${right}*`,
    `*${right}`,
    '%',
    '_',
    `${first}%`,
    `${right}%`,
  ]
}

/** LDAP filters (RFC 4515). */
function filters(right: string): string[] {
  const hex = [...Buffer.from(right)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`)
  return [
    ...[
      `*)(uid=${right}`,
      `${right})(uid=${right}`,
      `x)(|(uid=${right})`,
      'x)(|(uid=*))',
      '*)(objectClass=*',
      '*))(|(uid=*',
    ],
    ...[`x))(|(uid=${right}`, `${right})`, `(${right}`, `(${right})`, `${right}))`, `${right})(&`, `${right})(|(1=1`],
    ...['x)(!(uid=x)', '!(uid=x)', `|(uid=${right})`, `&(uid=${right})`, `${right})(sAMAccountName=*`, `:=${right}`],
    ...[hex.join(''), `${hex[0]}${right.slice(1)}`, `${right.slice(0, -1)}${hex.at(-1)}`, '\\2a', `${right}\\2a`],
    ...[
      `${right}\\00`,
      `\\00${right}`,
      `${right}\\`,
      '\\',
      `${right}\\zz`,
      `${right}\\5c`,
      `:dn:=${right}`,
      `~=${right}`,
    ],
    ...[`uid:caseExactMatch:=${right}`, `>=${right}`, '<=zzz', `${right}=*`, `uid=${right}`, `=${right}`],
  ]
}

/** Distinguished names (RFC 4514) and principals. */
function names(right: string): string[] {
  return [
    ...[`uid=${right},ou=people,dc=example,dc=org`, `${right},ou=people`, `${right}\\,ou=people`, `x+uid=${right}`],
    ...[
      `x,uid=${right}`,
      `CN=${right},CN=Users,DC=example,DC=test`,
      `${right};x`,
      `${right}#x`,
      `#${right}`,
      '#626f62',
    ],
    ...['\\#626f62', '+', ',', '=', `"${right}"`, `<${right}>`, `${right},`, `${right}+`, `dn:${right}`, `u:${right}`],
    ...[`EXAMPLE\\${right}`, `${right}@example.test`, `${right}@`, `@${right}`, 'EXTERNAL', 'PLAIN', 'DIGEST-MD5'],
  ]
}

/** Paths and queries of OData and HTTP. */
function odata(right: string): string[] {
  return [
    ...[`${right}') or (login eq 'noel`, "x' or 'a' eq 'a", `x') or true or (login eq '`, `${right}')/duties?`],
    ...[`${right}'&$filter=true eq true&x='`, `${right}')?$expand=duties#`, `${right}%27)%20or%20(1%20eq%201`],
    ...[`../People('${right}')`, `..%2f..%2fPeople('${right}')`, "'", "''", "'''", '%27%27', `${right}'/*`, '%00'],
    ...[`${right}&$top=1`, `${right}?x=y`, `${right}/duties`, `${right}\\`, `${right}%00`, `${right}%2a`, `${right}#`],
    ...[
      '.',
      '..',
      '../..',
      `../${right}`,
      `./${right}`,
      `/${right}`,
      `${right}/`,
      `${right}/.`,
      `${right}:x`,
      `$${right}`,
    ],
  ]
}

/** SQL, with and without quotes. */
function statements(right: string): string[] {
  return [
    ...[`${right}'--`, `${right}' --`, `${right}'#`, `${right}'/*`, `${right}';--`, `' or '1'='1`, `' or 1=1--`],
    ...[`' or 1=1#`, `" or ""="`, `" or 1=1--`, `') or ('1'='1`, `') or true--`, `x' or username='${right}`, `x' || '`],
    ...[
      `x' union select * from ostiary_user--`,
      `x'; drop table ostiary_user; --`,
      `${right}' and '1'='1`,
      `\\' or 1=1--`,
    ],
    ...[`x'; update ostiary_user set superuser=1; --`, `${right}' or username like '%`, `' or login like '${right}`],
    ...[`\${${right}}`, ':username', '?', '$1', '@p1', '`', `\`${right}\``, `[${right}]`, `E'${right}'`, `x'626f62'`],
    ...[
      '0x626f62',
      `char(98,111,98)`,
      `${right}' limit 1 offset 1--`,
      `%' escape '!`,
      `' in (select 1)--`,
      `null`,
      `1`,
    ],
  ]
}

function other(right: string): string[] {
  return [
    ...[`${right}\0`, `\0${right}`, `${right}\0x`, `${right}\nuid=x`, `x\r\n${right}`, `\u202e${right}`, '\ud800'],
    ...[`${right}\udc00`, '__proto__', 'constructor', 'toString', '{username}', '{dn}', '{user}', '{USER}', '$&', "$'"],
    ...[`{{${right}}}`, `<${right}`, `${right}|x`, `${right}&x`, `${right}=${right}`, `${right}${right}`, `${right}'`],
  ]
}
