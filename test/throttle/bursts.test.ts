import { defineUserSource, memoryThrottle, rejected, type ThrottleStore } from 'ostiary'
import { fixedClock } from 'ostiary/testing'
import { expect, test } from 'vitest'
import { attempt, openThrottled, RIGHT } from './small-application.ts'

// Guesses that come at once meet the same limits as those that come one after the other.

/** A store that takes its time, as one in a database does. */
function farAway(): ThrottleStore {
  const near = memoryThrottle()
  const later = () => new Promise((resolve) => setTimeout(resolve, 2))
  return {
    ...near,
    consume: (...asked) => later().then(() => near.consume(...asked)),
    read: (key) => later().then(() => near.read(key)),
  }
}

const outcomes = async (results: Promise<{ outcome: string }>[]) =>
  (await Promise.all(results)).map(({ outcome }) => outcome)

test('a burst from many networks at the end of the long run is judged no further than the long run goes', async () => {
  let judged = 0
  const clock = fixedClock()
  const people = defineUserSource('people', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    judged += 1
    return rejected({ accountId: 'anna' })
  })
  const auth = await openThrottled([people], { clock })
  for (let network = 0; judged < 99; network += 1) {
    await attempt(auth, 'anna', `20.0.${network % 250}.1`)
    if (network % 8 === 7) clock.advance(3600)
  }
  expect(judged).toBe(99)
  clock.advance(3600)
  await Promise.all(Array.from({ length: 40 }, (_, index) => attempt(auth, 'anna', `30.0.${index}.1`)))
  // The last one of the long run, and those of a day.
  expect(judged).toBeLessThanOrEqual(99 + 1 + 6)
})

test('guesses at one account under many names at once are told no more than ten answers', async () => {
  const names = Array.from({ length: 6 }, (_, index) => `name${index}`)
  let judged = 0
  const people = defineUserSource('people', async ({ username, password }) => {
    if (!names.includes(username)) return null
    await new Promise((resolve) => setTimeout(resolve, 20))
    judged += 1
    return password === RIGHT ? { id: 'anna', name: 'anna' } : rejected({ accountId: 'anna' })
  })
  const auth = await openThrottled([people], { store: farAway() })
  const guesses = names.flatMap((name, index) =>
    Array.from({ length: 10 }, (_, guess) =>
      attempt(auth, name, `20.0.${index}.1`, index === 3 && guess === 5 ? RIGHT : 'wrong'),
    ),
  )
  expect(await outcomes(guesses)).not.toContain('signed-in')
  expect(judged).toBeGreaterThan(20)
})
