/**
 * Writes a BCP 47 language tag as the standard spells it: `AR-eg` becomes `ar-EG`.
 *
 * @throws {TypeError} when the text is no language tag.
 */
export function canonicalLanguage(tag: string): string {
  try {
    return new Intl.Locale(tag).toString()
  } catch (cause) {
    throw new TypeError(`'${tag}' is not a language tag such as 'en' or 'pt-BR'.`, { cause })
  }
}
