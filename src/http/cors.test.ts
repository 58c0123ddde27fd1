import { expect, test } from 'vitest'
import { answerPreflight, corsHeaders } from './cors.ts'

const FRONT = 'http://localhost:5173'
const TRUSTED = new Set([FRONT, 'https://www.example.org'])

test('a page of a trusted origin may read the answer, with credentials', () => {
  expect(corsHeaders(FRONT, TRUSTED)).toEqual({
    'access-control-allow-origin': FRONT,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After',
  })
})

const STRANGERS = [
  undefined,
  '',
  'null',
  '*',
  'http://localhost:5174',
  'https://localhost:5173',
  'http://localhost',
  `${FRONT}/`,
  `${FRONT}, ${FRONT}`,
  `${FRONT}.evil.example`,
  'http://LOCALHOST:5173',
  [FRONT],
]

test.each(STRANGERS)('the answer tells a page of another origin nothing: %j', (origin) => {
  expect(corsHeaders(origin, TRUSTED)).toEqual({})
  const headers = { origin: origin as string, 'access-control-request-method': 'POST' }
  expect(answerPreflight({ headers }, TRUSTED, ['POST'])).toEqual({ status: 403, headers: {} })
})

test('a preflight of a trusted origin is answered for the methods of the route', () => {
  const { status, headers } = answerPreflight({ headers: { origin: FRONT } }, TRUSTED, ['GET', 'POST'])
  expect(status).toBe(204)
  expect(headers).toEqual({
    ...corsHeaders(FRONT, TRUSTED),
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
  })
})

test('a trusted page may send further headers', () => {
  const allowed = (asked: string | string[]) =>
    answerPreflight({ headers: { origin: FRONT, 'access-control-request-headers': asked } }, TRUSTED, ['POST']).headers[
      'access-control-allow-headers'
    ]
  expect(allowed('content-type,traceparent')).toBe('content-type,traceparent')
  expect(allowed('content-type, x-requested-with')).toBe('content-type, x-requested-with')
  for (const odd of ['', ' ', 'a b', 'a\r\nset-cookie: x', 'a,'.repeat(1000), ['a', 'b'], 'a;b', 'ä'])
    expect(allowed(odd)).toBe('content-type')
})
