import { describe, expect, test } from 'vitest'
import { accepted, type Outcome, rejected, unavailable } from './outcome.ts'
import { createSourceBreaker } from './source-breaker.ts'

const DOWN = unavailable(new Error('down'))
const UP = accepted({ name: 'anna' })

function breaker() {
  let now = 0
  let asked = 0
  const circuit = createSourceBreaker(() => now)
  return {
    circuit,
    wait: (milliseconds: number) => {
      now += milliseconds
    },
    asked: () => asked,
    ask: (answer: Outcome | Promise<Outcome>, milliseconds = 0) =>
      circuit.ask(async () => {
        asked += 1
        now += milliseconds
        return answer
      }),
    async fail(times: number) {
      for (let time = 0; time < times; time += 1) await this.ask(DOWN, 1000)
    },
  }
}

describe('a source that answers', () => {
  test('is always asked, whatever it answers', async () => {
    const { ask, asked, circuit } = breaker()
    for (const answer of [UP, rejected(), UP, rejected(), rejected(), rejected()])
      expect(await ask(answer)).toBe(answer)
    expect(asked()).toBe(6)
    expect(circuit.state).toBe('closed')
  })

  test('now and then is asked too: only outages in a row count', async () => {
    const door = breaker()
    for (let round = 0; round < 5; round += 1) {
      await door.fail(2)
      await door.ask(rejected())
    }
    expect(door.asked()).toBe(15)
  })
})

describe('a source that does not answer three times in a row', () => {
  test('is not asked for 10 s, and everybody hears at once that it is unavailable', async () => {
    const door = breaker()
    await door.fail(3)
    expect(door.circuit.state).toBe('open')
    door.wait(9_999)
    expect(await door.ask(UP)).toMatchObject({ outcome: 'unavailable' })
    expect(door.asked()).toBe(3)
  })

  test('is then asked by one, while all others hear that it is unavailable', async () => {
    const door = breaker()
    await door.fail(3)
    door.wait(10_000)
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const probe = door.ask(promise)
    expect(door.circuit.state).toBe('probing')
    expect(await door.ask(UP)).toMatchObject({ outcome: 'unavailable' })
    expect(door.asked()).toBe(4)
    resolve(UP)
    expect(await probe).toBe(UP)
    expect(door.circuit.state).toBe('closed')
    expect(await door.ask(rejected())).toEqual(rejected())
  })

  test('is left alone for another 10 s when that one has no answer either', async () => {
    const door = breaker()
    await door.fail(3)
    door.wait(10_000)
    await door.ask(DOWN, 5000)
    door.wait(9_999)
    await door.ask(UP)
    expect(door.asked()).toBe(4)
    door.wait(1)
    expect(await door.ask(UP)).toBe(UP)
  })

  test('is asked again after a probe that threw', async () => {
    const door = breaker()
    await door.fail(3)
    door.wait(10_000)
    await expect(door.circuit.ask(() => Promise.reject(new Error('bug')))).rejects.toThrow('bug')
    expect(await door.ask(UP)).toBe(UP)
  })
})

test('an outage that is told at once shuts nobody out', async () => {
  const { ask, asked, circuit } = breaker()
  for (let time = 0; time < 10; time += 1) await ask(DOWN, 999)
  expect(asked()).toBe(10)
  expect(circuit.state).toBe('closed')
})

test('an answer that shows nothing of the source ends no row of outages, and opens nothing', async () => {
  const door = breaker()
  const refuse = () =>
    door.circuit.ask(
      async () => rejected(),
      () => false,
    )
  await door.fail(2)
  await refuse()
  await door.fail(1)
  expect(door.circuit.state).toBe('open')
  door.wait(10_000)
  expect(await refuse()).toEqual(rejected())
  expect(door.circuit.state).toBe('open')
  expect(await door.ask(rejected())).toEqual(rejected())
  expect(door.circuit.state).toBe('closed')
})
