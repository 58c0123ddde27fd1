import { expect, test } from 'vitest'
import { soak } from './soak.ts'

// The soak in short. `npm run soak` goes on for as long as it is told to.

test('10,000 people over and over: memory does not grow once as much ends as begins', async () => {
  const { flat, measured, tally } = await soak({ people: 10_000, cache: 3_000, goesOn: (rounds) => rounds < 6 })
  expect(flat, JSON.stringify(measured)).toBe(true)
  // All that was to happen did.
  for (const what of HAPPENS) expect(tally[what] ?? 0, what).toBeGreaterThan(0)
  expect(tally['view 200']).toBeGreaterThan(30_000)
}, 900_000)

const HAPPENS = [
  ...[
    'view 200',
    'view 403',
    'view again 200',
    'view with a bad cookie 403',
    'sign in 200',
    'sign out 303',
    'revoke 200',
  ],
  ...['fail 401', 'fail as a person 401', 'fail again 401', 'fail again 429', 'fail at home 401'],
]
