import { InvalidUsernameError } from '../errors.ts'

/**
 * The one form under which a user name is compared: Unicode NFKC, fully case folded (CaseFolding.txt, C and F), trimmed
 * (compare RFC 8265, section 3.3). `Jörg`, `JÖRG ` and `jo` + U+0308 + `rg` are one name; `kirim` and `kırım` are two.
 *
 * @throws {InvalidUsernameError} when nobody can have such a name: empty, over 200 UTF-16 units, or with characters
 * that show nothing. These are control characters, lone surrogates, private use, line separators, everything that
 * Unicode calls a Default_Ignorable_Code_Point, and every blank but a space within the name.
 *
 * @example
 * import { canonicalUsername } from 'ostiary'
 *
 * canonicalUsername(' Straße') // 'strasse'
 */
export function canonicalUsername(username: string): string {
  const canonical = storedUsername(username)
  if (SHOWS_NOTHING.test(canonical)) throw new InvalidUsernameError(INVISIBLE)
  return canonical
}

/**
 * The form under which a user of this name may be stored already. It is the canonical form, and for names that are
 * refused for an invisible character today, the form that version 0.1.0 stored.
 *
 * Why: whoever got such a name from 0.1.0 still signs in with it, and can be disabled, deleted and exported.
 *
 * @throws {InvalidUsernameError} when nobody could ever have such a name.
 */
export function storedUsername(username: string): string {
  if (typeof username !== 'string') throw new InvalidUsernameError('A user name is a text.')
  // Long before anything expensive: NFKC can make a name eighteen times as long.
  if (username.length > MAX_LENGTH) throw new InvalidUsernameError(`A user name has at most ${MAX_LENGTH} characters.`)
  const folded = foldCase(username.normalize('NFKC'))
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(folded)) throw new InvalidUsernameError(INVISIBLE)
  const canonical = folded.trim()
  if (canonical === '') throw new InvalidUsernameError('A user name cannot be empty.')
  if (canonical.length > MAX_LENGTH) throw new InvalidUsernameError(`A user name has at most ${MAX_LENGTH} characters.`)
  return canonical
}

/**
 * The form that version 0.1.0 gave a name, where that is another one. It took `ı` for `i`.
 *
 * @throws {InvalidUsernameError} like {@link storedUsername}.
 */
export function formerUsername(username: string): string | undefined {
  const stored = storedUsername(username)
  const former = stored.replaceAll(DOTLESS_I, 'i').normalize('NFKC')
  return former === stored ? undefined : former
}

const MAX_LENGTH = 200
const INVISIBLE = 'A user name cannot have control characters, invisible characters or lone surrogates.'

/**
 * What the categories of Unicode do not tell: joiners, fillers and selectors, blanks beside the space, and characters
 * that count as letters or symbols and have no ink (Braille, musical, Tifinagh, Egyptian and Khitan blanks).
 */
const SHOWS_NOTHING =
  /\p{Default_Ignorable_Code_Point}|(?! )\p{White_Space}|[\u2800\u2d7f\u{13441}\u{13442}\u{16fe4}\u{1d159}]/u

const DOTLESS_I = '\u0131'

/**
 * By way of upper case, which folds what lower case alone keeps apart: `ß` and `ss`, `ς` and `σ`. And by way of lower
 * case before that, for the one capital that upper case leaves as it is: `ẞ`.
 *
 * `ı` stays as it is. Why: Unicode folds it to nothing else (but in Turkish), and upper case would make it an `I`.
 */
function foldCase(text: string): string {
  const parts = text.split(DOTLESS_I).map((part) => part.toLowerCase().toUpperCase().toLowerCase())
  return parts.join(DOTLESS_I).normalize('NFKC')
}
