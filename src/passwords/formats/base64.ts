/** How the bytes were written: with or without padding, and which characters stand for 62 and 63. */
export interface Base64Spelling {
  readonly padded: boolean
  /** `standard` is `+/`, `url` is `-_`, `dot` is `./` (passlib). */
  readonly alphabet: 'standard' | 'url' | 'dot'
}

/** The bytes that canonical base64 stands for; `undefined` when there is a stray bit, sign or padding in it. */
export function readBase64(text: string, { padded, alphabet }: Base64Spelling): Buffer | undefined {
  const write = (bytes: Buffer) => {
    const standard = bytes.toString('base64')
    const spelled = SPELL[alphabet](standard)
    return padded ? spelled : spelled.replace(/=+$/, '')
  }
  const bytes = Buffer.from(alphabet === 'dot' ? text.replaceAll('.', '+') : text, 'base64')
  return write(bytes) === text ? bytes : undefined
}

/** The bytes of canonical base64 that is padded or not. */
export function readLooseBase64(text: string, alphabet: Base64Spelling['alphabet']): Buffer | undefined {
  return readBase64(text, { padded: text.endsWith('='), alphabet })
}

const SPELL = {
  standard: (text: string) => text,
  url: (text: string) => text.replaceAll('+', '-').replaceAll('/', '_'),
  dot: (text: string) => text.replaceAll('+', '.'),
} as const
