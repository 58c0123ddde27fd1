import { InvalidUsernameError } from '../errors.ts'

/**
 * The one form under which a user name is compared: Unicode NFKC, case folded, trimmed (compare RFC 8265, section 3.3).
 * `Jörg`, `JÖRG ` and `jo` + U+0308 + `rg` are one name.
 *
 * @throws {InvalidUsernameError} when nobody can have such a name: empty, over 200 UTF-16 units, or with control
 * characters, invisible format characters, line separators or lone surrogates.
 */
export function canonicalUsername(username: string): string {
  if (typeof username !== 'string') throw new InvalidUsernameError('A user name is a text.')
  // Long before anything expensive: NFKC can make a name eighteen times as long.
  if (username.length > MAX_LENGTH) throw new InvalidUsernameError(`A user name has at most ${MAX_LENGTH} characters.`)
  const folded = foldCase(username.normalize('NFKC'))
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(folded)) {
    throw new InvalidUsernameError(
      'A user name cannot have control characters, invisible characters or lone surrogates.',
    )
  }
  const canonical = folded.trim()
  if (canonical === '') throw new InvalidUsernameError('A user name cannot be empty.')
  if (canonical.length > MAX_LENGTH) throw new InvalidUsernameError(`A user name has at most ${MAX_LENGTH} characters.`)
  return canonical
}

const MAX_LENGTH = 200

/**
 * By way of upper case, which folds what lower case alone keeps apart: `ß` and `ss`, `ς` and `σ`. And by way of lower
 * case before that, for the one capital that upper case leaves as it is: `ẞ`.
 */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}
