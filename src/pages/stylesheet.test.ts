import { describe, expect, test } from 'vitest'
import { STYLESHEET } from './stylesheet.ts'

const [DAY = '', NIGHT = ''] = [...STYLESHEET.matchAll(/:root \{([^}]*)\}/g)].map((match) => match[1])

/** Text needs 4.5 (WCAG 2.2, 1.4.3), the edge of a control and the ring around what has the cursor 3 (1.4.11). */
const PAIRS = [
  ['ink', 'plate', 4.5],
  ['faint', 'plate', 4.5],
  ['brass', 'plate', 4.5],
  ['ink', 'field', 4.5],
  ['press-ink', 'press', 4.5],
  ['press-ink', 'press-over', 4.5],
  ['alarm', 'alarm-ground', 4.5],
  ['calm', 'calm-ground', 4.5],
  ['field-edge', 'plate', 3],
  ['field-edge', 'field', 3],
  ['alarm', 'plate', 3],
  ['press', 'plate', 3],
  ['faint', 'field', 3],
  ['ink', 'edge', 4.5],
  ['ink-below', 'wall', 4.5],
  ['ink-below', 'wall-light', 4.5],
] as const

describe.each([
  ['day', DAY],
  ['night', NIGHT],
])('by %s', (_, colours) => {
  test.each(PAIRS)('%s can be told from %s', (front, back, ratio) => {
    expect(contrast(colour(colours, front), colour(colours, back))).toBeGreaterThanOrEqual(ratio)
  })
})

test('contrast is measured as WCAG does', () => {
  expect(contrast('000000', 'ffffff')).toBeCloseTo(21)
  expect(contrast('777777', 'ffffff')).toBeCloseTo(4.48, 2)
})

test('loads nothing from elsewhere', () => {
  expect(STYLESHEET).not.toMatch(/url\(|@import|@font-face|\/\/|<\//)
})

function colour(colours: string, name: string): string {
  return new RegExp(`--${name}: #([0-9a-f]{6});`).exec(colours)?.[1] ?? expect.unreachable(`no colour ${name}`)
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [red, green, blue] = [0, 2, 4].map((start) => {
    const part = Number.parseInt(hex.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
