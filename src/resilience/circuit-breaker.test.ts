import { describe, expect, test } from 'vitest'
import { CircuitOpenError, type CircuitPolicy, createCircuitBreaker } from './circuit-breaker.ts'

function breaker(policy: Partial<CircuitPolicy<string>> = {}) {
  let now = 1_000_000
  const circuit = createCircuitBreaker<string>({ failures: 2, openMs: 100, closedBy: 'trial', ...policy }, () => now)
  const wait = (milliseconds: number) => {
    now += milliseconds
  }
  return {
    circuit,
    wait,
    answer: (text = 'yes') => circuit.ask(async () => text),
    fail: (milliseconds = 0) =>
      circuit.ask(async () => {
        wait(milliseconds)
        throw new Error('down')
      }),
  }
}

type Breaker = ReturnType<typeof breaker>

async function open(given: Breaker, failures = 2): Promise<void> {
  for (let time = 0; time < failures; time += 1) await expect(given.fail()).rejects.toThrow('down')
  expect(given.circuit.state).toBe('open')
}

describe('a circuit', () => {
  test('opens after failures in a row, and then fails at once without asking', async () => {
    const given = breaker()
    await expect(given.fail()).rejects.toThrow('down')
    await given.answer()
    await expect(given.fail()).rejects.toThrow('down')
    expect(given.circuit.state).toBe('closed')
    await expect(given.fail()).rejects.toThrow('down')
    expect(given.circuit.state).toBe('open')
    await expect(given.answer()).rejects.toThrow(CircuitOpenError)
  })

  test('counts an answer that the policy calls a failure, and still hands it out', async () => {
    const given = breaker({ isFailure: (answer) => answer === 'no' })
    expect(await given.answer('no')).toBe('no')
    expect(await given.answer('no')).toBe('no')
    expect(given.circuit.state).toBe('open')
  })

  test('takes no notice of a failure that the policy does not count', async () => {
    const given = breaker({ failures: 1, counts: ({ ms }) => ms >= 10 })
    await expect(given.fail(9)).rejects.toThrow('down')
    expect(given.circuit.state).toBe('closed')
    await expect(given.fail(10)).rejects.toThrow('down')
    expect(given.circuit.state).toBe('open')
  })

  test('tells the policy whether it was open', async () => {
    const seen: boolean[] = []
    const given = breaker({ failures: 1, counts: ({ whileOpen }) => seen.push(whileOpen) > 0 })
    await open(given, 1)
    given.wait(100)
    await expect(given.fail()).rejects.toThrow('down')
    expect(seen).toEqual([false, true])
  })

  test.each(['trial', 'time'] as const)(
    'that is closed by %s is not open for longer when the clock is set back',
    async (closedBy) => {
      const given = breaker({ closedBy })
      await open(given)
      given.wait(-3_600_000)
      expect(await given.answer()).toBe('yes')
    },
  )
})

describe('a circuit that is closed by a trial', () => {
  test('lets one question through when the time is over, until it is answered', async () => {
    const given = breaker()
    await open(given)
    given.wait(99)
    await expect(given.answer()).rejects.toThrow(CircuitOpenError)
    given.wait(1)
    const { promise, resolve } = Promise.withResolvers<string>()
    const trial = given.circuit.ask(() => promise)
    expect(given.circuit.state).toBe('probing')
    await expect(given.answer()).rejects.toThrow(CircuitOpenError)
    resolve('back')
    expect(await trial).toBe('back')
    expect(given.circuit.state).toBe('closed')
  })

  test('stays open for the whole time again when the trial fails', async () => {
    const given = breaker()
    await open(given)
    given.wait(100)
    await expect(given.fail()).rejects.toThrow('down')
    given.wait(99)
    await expect(given.answer()).rejects.toThrow(CircuitOpenError)
    given.wait(1)
    expect(await given.answer()).toBe('yes')
  })
})

describe('a circuit that is closed by time', () => {
  test('asks all questions again when the time is over', async () => {
    const given = breaker({ closedBy: 'time' })
    await open(given)
    await expect(given.answer()).rejects.toThrow(CircuitOpenError)
    given.wait(100)
    expect(given.circuit.state).toBe('closed')
    expect(await Promise.all([given.answer(), given.answer()])).toEqual(['yes', 'yes'])
  })

  test('stays open when a question from before succeeds meanwhile', async () => {
    const given = breaker({ closedBy: 'time' })
    const { promise, resolve } = Promise.withResolvers<string>()
    const early = given.circuit.ask(() => promise)
    await open(given)
    resolve('yes')
    await early
    expect(given.circuit.state).toBe('open')
  })

  test('opens again after one more failure', async () => {
    const given = breaker({ closedBy: 'time' })
    await open(given)
    given.wait(100)
    await expect(given.fail()).rejects.toThrow('down')
    expect(given.circuit.state).toBe('open')
  })
})
