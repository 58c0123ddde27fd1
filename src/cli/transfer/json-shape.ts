/** Facts about JSON before it is parsed. */
export interface JsonShape {
  /** The most brackets and braces that are open at once. */
  readonly depth: number
  /** True when the outermost object has a member twice. Why: parsers differ in which of the two they take. */
  readonly hasTwice: boolean
}

/** The most levels of nested brackets. Deeper ones are useless, and cost stack in code that walks through them. */
export const MOST_LEVELS = 100

/** Reads every character once. The result is meaningless for text that is invalid JSON. */
export function jsonShape(json: string): JsonShape {
  const members = new Set<string>()
  let [level, depth, hasTwice] = [0, 0, false]
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charCodeAt(at)
    if (character === QUOTE) {
      const start = at
      for (at += 1; at < json.length && json.charCodeAt(at) !== QUOTE; at += 1) {
        if (json.charCodeAt(at) === BACKSLASH) at += 1
      }
      if (level === 1 && isName(json, at + 1)) {
        const name = textOf(json.slice(start, at + 1))
        hasTwice ||= members.has(name)
        members.add(name)
      }
    } else if (OPENING.has(character)) {
      level += 1
      depth = Math.max(depth, level)
    } else if (CLOSING.has(character)) level -= 1
  }
  return { depth, hasTwice }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

function isName(json: string, after: number): boolean {
  BLANKS.lastIndex = after
  BLANKS.exec(json)
  return json[BLANKS.lastIndex] === ':'
}

const BLANKS = /[ \t\r\n]*/y

function textOf(literal: string): string {
  try {
    return String(JSON.parse(literal))
  } catch {
    return literal
  }
}
