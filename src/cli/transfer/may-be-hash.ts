/**
 * Returns true when a text from a file may be a password hash, and so must stay hidden. A long text that looks random
 * counts as a hash.
 *
 * Why: columns may stand in another order than the first row says, and a file may have another format than expected.
 */
export function mayBeHash(text: string): boolean {
  return MARKED.test(text) || HEXADECIMAL.test(text) || (text.match(RUNS) ?? []).some(looksRandom)
}

/**
 * Returns a sentence about a file, with possible hashes replaced. Texts from files stand in quotation marks, as JSON.
 *
 * @example withoutHashes('There is no role "$2b$12$…".') // 'There is no role "…".'
 */
export function withoutHashes(sentence: string): string {
  const start = sentence.slice(0, 4 * LONGEST)
  const shown = start.replace(/"(?:[^"\\]|\\.)*"?/gs, (quoted) =>
    mayBeHash(quoted.replace(/^"|"$/g, '')) ? '"…"' : quoted,
  )
  return shown.length > LONGEST || start.length < sentence.length ? `${shown.slice(0, LONGEST)}…` : shown
}

/** `$2b$…`, `pbkdf2_sha256$…`, `{SSHA}…` and `scrypt:32768:…`. */
const MARKED = /\$[^$]*\$|\{[\w.-]{2,20}\}\S|\b(?:scrypt|pbkdf2):/
const HEXADECIMAL = /[0-9a-f]{32}/i
/** Base64, and the thirteen characters of the oldest crypt(3). */
const RUNS = /[A-Za-z0-9+/=_-]{20,}|(?<![./A-Za-z0-9])[./A-Za-z0-9]{13}(?![./A-Za-z0-9])/g
/** In characters. */
const LONGEST = 500

function looksRandom(run: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(run))
  return kinds.length === 3 || (run.match(/[a-z](?=[A-Z])|[A-Z](?=[a-z])/g) ?? []).length > 3
}
