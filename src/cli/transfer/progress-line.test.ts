import { expect, test } from 'vitest'
import { progressText } from './progress-line.ts'

test('says how much there is, how fast it goes and how long it still takes', () => {
  expect(progressText(12_000, 0.5, 1.5)).toBe('[############            ]  50 %  12,000 users  8,000/s  0:02 left')
  expect(progressText(1_000_000, 1, 60)).toBe('[########################] 100 %  1,000,000 users  16,667/s  0:00 left')
  expect(progressText(10, 0.001, 10)).toMatch(/ {2}2:46:30 left$/)
})

test('says what is known where nobody knows how much there is', () => {
  expect(progressText(500, undefined, 2)).toBe('500 users  250/s')
  expect(progressText(0, 0, 0)).toBe('0 users  0/s')
})
