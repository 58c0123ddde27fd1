import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Node } from 'typescript/unstable/ast'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { compile } from './compile.ts'
import { ROOT } from './documents.ts'
import { implementations } from './implementations.ts'
import { classesIn, type Doc, openPublicApi } from './public-api.ts'
import { type Bodies, thrownErrors } from './thrown-errors.ts'

/** Errors that the search finds, and that cannot happen, each with the reason. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'ostiary Login.signIn: DatabaseError': 'While the store of the throttle fails, a fallback in memory counts.',
  'ostiary/http AttemptCounter.consume: DatabaseError': 'As for Login.signIn.',
  'ostiary/http LoginFlow.begin: DatabaseError': 'As for Login.signIn.',
  'ostiary/http Records.removeOwned: RangeError': 'Nothing is written, so no record is too long.',
  'ostiary/testing signInAs: TypeError': 'The user of the default, testUser(), has no fields that could be invalid.',
  'ostiary/sql localUsers: UnsupportedHashError':
    'The hash that it reads is its own, made at random in the right format.',
  'ostiary/sql existingUsers: UnsupportedHashError': 'As for localUsers.',
}

/**
 * Interfaces that applications implement, and Ostiary calls. An error counts as a failure there, whatever its class:
 * their doc blocks say so, and name no classes.
 */
const CALLED_BY_OSTIARY = [
  'SessionStore',
  'ThrottleStore',
  'RecordStore',
  'UserSource',
  'AuthExtension',
  'Extension',
  'Endpoint',
  'LoginStep',
  'CredentialReader',
]

const api = openPublicApi()
afterAll(() => api.close())

const functions = api.names.filter(({ kind }) => kind === 'function' || kind === 'class')
const methods = api.names.flatMap((name) => name.methods)
const isError = (name: string) => name.endsWith('Error')

test('every name that an application can import, and every method of it, has a doc block', () => {
  expect(functions.length).toBeGreaterThan(90)
  expect(methods.length).toBeGreaterThan(100)
  expect([...api.names, ...methods].filter(({ doc }) => doc.text === '').map(({ label }) => label)).toEqual([])
})

test('every function and class has an example, but for errors, which say when they are thrown', () => {
  const others = functions.filter(({ name }) => !isError(name))
  expect(others.filter(({ doc }) => doc.examples.length === 0).map(({ label }) => label)).toEqual([])
  const errors = functions.filter(({ name }) => isError(name))
  expect(errors.filter(({ doc }) => !/^(?:.+\. )?Thrown (?:when|while|only as) /.test(doc.text))).toEqual([])
})

test('the example of every doc block compiles, as strictly as the project itself', () => {
  mkdirSync(join(ROOT, 'data'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, 'data', 'docstrings-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const { label, doc } of [...api.names, ...methods]) {
    for (const [index, code] of doc.examples.entries()) {
      const file = `${label.replaceAll(/[^\w.]/g, '-')}-${index + 1}.ts`
      writeFileSync(join(folder, file), `${code}\nexport {}\n`)
    }
  }
  expect(compile(folder, { include: ['.'] })).toEqual({ stdout: '', status: 0 })
})

test('every @throws names one error class in braces, and no class twice', () => {
  const known = [...functions.map(({ name }) => name).filter(isError), 'RangeError', 'TypeError', 'URIError']
  const wrong = [...api.names, ...methods].flatMap(({ label, doc }) => {
    const classes = classesIn(doc)
    return classes
      .filter((name, index) => !known.includes(name) || classes.indexOf(name) !== index)
      .map((name) => `${label}: ${name}`)
  })
  expect(wrong).toEqual([])
})

/**
 * A class counts that a function throws itself, or that a function of ours throws which it calls: `thrownErrors` says
 * how they are found. A doc block may name more classes, such as those of a later call or of a callback.
 */
test('every error class that a function or a method throws has a @throws', () => {
  const bodies = implementations(api)
  const called = methods.filter(({ owner }) => !CALLED_BY_OSTIARY.includes(owner))
  expect(called.filter(({ id }) => bodies.has(id)).length).toBeGreaterThan(40)
  const missing = [
    ...functions.flatMap(({ label, declarations, doc }) => undocumented(label, declarations, doc, bodies)),
    ...called.flatMap(({ id, label, declarations, doc }) =>
      undocumented(label, [...declarations, ...(bodies.get(id) ?? [])], doc, bodies),
    ),
  ]
  expect(missing.sort()).toEqual(Object.keys(IMPOSSIBLE).sort())
})

function undocumented(label: string, starts: readonly Node[], doc: Doc, bodies: Bodies): string[] {
  const thrown = new Set(starts.flatMap((start) => [...thrownErrors(start, api.checker, bodies)]))
  return [...thrown].filter((name) => !classesIn(doc).includes(name)).map((name) => `${label}: ${name}`)
}
