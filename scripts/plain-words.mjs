// Counts how plainly the comments of src are written, and prints each folder with its figures.
//
//   node scripts/plain-words.mjs            every folder, and all of them together
//   node scripts/plain-words.mjs src/sql    one folder, with the lines that count
//
// CONTRIBUTING.md says what is counted and why; test/docs/plain-words.test.ts holds the limits.

import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const INDIRECT = /^(?:What|Whoever|Whatever|Whom|Where|How|Whether|Who)\b/
const NEGATIVE = /\b(?:no|not|never|nobody|none|nothing|neither|nor)\b/gi

/** Counts the comments of the files in a folder. Tests are left out. */
export function countWords(folder) {
  const counts = { blocks: 0, indirect: 0, words: 0, negatives: 0, examples: 0, lines: [] }
  for (const file of globSync('**/*.ts', { cwd: join(root, folder) })) {
    if (file.endsWith('.test.ts')) continue
    const path = `${folder}/${file.split(sep).join('/')}`
    for (const { text, line, isBlock } of commentsOf(readFileSync(join(root, folder, file), 'utf8'))) {
      const prose = text.replace(/```[\s\S]*?```/g, ' ').replace(/`[^`]*`/g, ' ')
      counts.words += prose.match(/[A-Za-z][\w'-]*/g)?.length ?? 0
      const negatives = prose.match(NEGATIVE)?.length ?? 0
      counts.negatives += negatives
      if (isBlock) counts.blocks += 1
      if (isBlock && text.includes('```')) counts.examples += 1
      const isIndirect = isBlock && INDIRECT.test(text.trim())
      if (isIndirect) counts.indirect += 1
      if (isIndirect || negatives > 0)
        counts.lines.push(
          `${path}:${line} ${isIndirect ? 'indirect' : `${negatives} negative`}: ${text.trim().split('\n')[0]}`,
        )
    }
  }
  return counts
}

/** Doc blocks, and line comments joined where they follow each other. */
function commentsOf(source) {
  const found = []
  for (const { 0: comment, index } of source.matchAll(/\/\*\*([\s\S]*?)\*\//g)) {
    const text = comment.slice(3, -2).replace(/^\s*\* ?/gm, '')
    found.push({ text, line: lineAt(source, index), isBlock: true })
  }
  for (const { 0: comment, index } of source.matchAll(/(?:^[ \t]*\/\/ .*\n)+/gm)) {
    found.push({ text: comment.replace(/^[ \t]*\/\/ ?/gm, ''), line: lineAt(source, index), isBlock: false })
  }
  return found
}

const lineAt = (source, index) => source.slice(0, index).split('\n').length

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , asked] = process.argv
  const folders = asked ? [relative(root, join(root, asked))] : ['src', ...globSync('src/*/', { cwd: root }).sort()]
  for (const folder of folders) {
    const { blocks, indirect, words, negatives, examples, lines } = countWords(folder)
    if (asked) console.log(lines.join('\n'))
    const share = ((100 * indirect) / Math.max(1, blocks)).toFixed(1)
    const rate = ((1000 * negatives) / Math.max(1, words)).toFixed(1)
    console.log(
      `${folder}: ${blocks} doc blocks, ${share} % indirect; ${words} words, ${rate} negatives in 1,000; ${examples} examples`,
    )
  }
}
