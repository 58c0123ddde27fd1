/** The spelling of bytes in base64: with or without padding, and with the characters for 62 and 63. */
export interface Base64Spelling {
  readonly padded: boolean
  /** `standard` is `+/`, `url` is `-_`, `dot` is `./` (passlib). */
  readonly alphabet: 'standard' | 'url' | 'dot'
}

/** Returns the bytes of canonical base64, or `undefined` when the text has a stray bit, sign or padding. */
export function readBase64(text: string, { padded, alphabet }: Base64Spelling): Buffer | undefined {
  const write = (bytes: Buffer) => {
    const standard = bytes.toString('base64')
    const spelled = SPELL[alphabet](standard)
    return padded ? spelled : spelled.replace(/=+$/, '')
  }
  const bytes = Buffer.from(alphabet === 'dot' ? text.replaceAll('.', '+') : text, 'base64')
  return write(bytes) === text ? bytes : undefined
}

/** Returns the bytes of canonical base64, with or without padding. */
export function readLooseBase64(text: string, alphabet: Base64Spelling['alphabet']): Buffer | undefined {
  return readBase64(text, { padded: text.endsWith('='), alphabet })
}

const SPELL = {
  standard: (text: string) => text,
  url: (text: string) => text.replaceAll('+', '-').replaceAll('/', '_'),
  dot: (text: string) => text.replaceAll('+', '.'),
} as const
