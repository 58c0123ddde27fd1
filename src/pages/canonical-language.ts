/**
 * Returns a BCP 47 language tag in the spelling of the standard: `AR-eg` becomes `ar-EG`.
 *
 * @throws {TypeError} when the text is anything else than a language tag.
 */
export function canonicalLanguage(tag: string): string {
  try {
    return new Intl.Locale(tag).toString()
  } catch (cause) {
    throw new TypeError(`'${tag}' is not a language tag such as 'en' or 'pt-BR'.`, { cause })
  }
}
