import { expect, test } from 'vitest'
import { printable, printableJson } from './printable.ts'

test('a character that shows nothing is spelled out, so that two names never look alike by it', () => {
  for (const character of ['\u034f', '\u3164', '\ufe0f', '\u{e0061}', '\u200b', '\u2028', '\u0007']) {
    const spelled = `ad\\u{${(character.codePointAt(0) as number).toString(16)}}min`
    expect(printable(`ad${character}min`)).toBe(spelled)
    expect(printableJson(`ad${character}min`)).toMatch(/^"ad(?:\\u[0-9a-f]{4}){1,2}min"$/)
    expect(JSON.parse(printableJson(`ad${character}min`))).toBe(`ad${character}min`)
  }
})
