/** What attackers type, and what careless code takes for somebody else's. */

/** Passwords that nobody has, some of them near to the right one. */
export function hostilePasswords(right: string): readonly string[] {
  return [
    // Some directories take a login without a password for one that succeeded (RFC 4513, section 5.1.2).
    '',
    '\0',
    `${right}\0`,
    `${right}\0x`,
    `\0${right}`,
    `${right}${right}`,
    ` ${right}`,
    `${right} `,
    right.slice(0, -1),
    '*',
    `' or '1'='1`,
    '\ud800',
    `${right}\udc00`,
    'x'.repeat(HUGE),
    right + 'x'.repeat(HUGE),
  ]
}

/** Names that nobody has: injections, wildcards, broken text, and too much of it. */
export function hostileUsernames(right: string): readonly string[] {
  return [
    '',
    ' ',
    `${right}'`,
    `${right}"`,
    `${right}'--`,
    `' or '1'='1`,
    `" or ""="`,
    `${right}'; drop table ostiary_user; --`,
    '%',
    `${right}%`,
    '*',
    `${right}*`,
    '*)(uid=*',
    `${right})(uid=*`,
    `${right})(|(uid=*)`,
    '\\00',
    `${right}\\00`,
    `${right}\0`,
    `\0${right}`,
    `${right}\r\n${right}`,
    `../${right}`,
    `..\\..\\${right}`,
    '../../etc/passwd',
    '{{7*7}}',
    `\${${right}}`,
    '__proto__',
    'constructor',
    'ⓐⓓⓜⓘⓝ/𝔞𝔡𝔪𝔦𝔫/😀',
    `\u202e${right}`,
    '\ud800',
    `${right}\udc00`,
    'x'.repeat(HUGE),
    right + ' '.repeat(HUGE) + right,
  ]
}

const HUGE = 100_000
