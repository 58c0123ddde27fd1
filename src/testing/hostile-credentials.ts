/** Inputs of attackers, and inputs that careless code confuses with the input of another user. */

/** Passwords that are all wrong. Some are close to the right one. */
export function hostilePasswords(right: string): readonly string[] {
  return [
    // Some directories take a login without a password for a successful one (RFC 4513, section 5.1.2).
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

/** User names that must be unknown: injections, wildcards, broken text, and very long text. */
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
