import { describe, expect, test } from 'vitest'
import { columnWidths, textWidth } from './column-widths.ts'
import { wrapText } from './wrap-text.ts'

describe('columns of a table', () => {
  const rows = [
    ['id', 'note'],
    ['9f0c3b7e', 'until the fair is over'],
  ]

  test('are as wide as their text where there is room', () => {
    expect(columnWidths(rows, 80)).toEqual([10, 24])
  })

  test('give way at spaces alone, so that ids stay whole', () => {
    expect(columnWidths(rows, 30)).toEqual([10, 17])
    expect(columnWidths(rows, 18)).toBeUndefined()
  })
})

test('a letter of East Asia takes two columns of a terminal, and a combining mark none', () => {
  expect([textWidth('anna'), textWidth('太郎'), textWidth('e\u0301')]).toEqual([4, 4, 1])
})

test('help is broken at spaces, and commands in it are left whole', () => {
  const text = wrapText(
    '  One two three four five six seven eight nine ten\n  $ ostiary add admin --roles Administrator,User',
    40,
  )
  expect(text.split('\n')).toEqual([
    '  One two three four five six seven',
    '    eight nine ten',
    '  $ ostiary add admin --roles Administrator,User',
  ])
})
