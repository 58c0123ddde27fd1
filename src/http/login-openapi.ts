import { type OpenApiOperation, problemResponse, SECURITY_SCHEME } from './openapi.ts'

const USER = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    description: { type: 'string' },
    roles: { type: 'array', items: { type: 'string' } },
    isAnonymous: { type: 'boolean' },
    properties: { type: 'object', additionalProperties: true },
  },
}

/** The description of the login. */
export const LOGIN_OPERATION: OpenApiOperation = {
  tags: [SECURITY_SCHEME],
  summary: 'Sign in',
  description: 'Sets the session cookie. With `Accept: text/html` the answer is a redirect to `next`.',
  consumes: ['application/json', 'application/x-www-form-urlencoded'],
  body: {
    type: 'object',
    required: ['username', 'password'],
    properties: {
      username: { type: 'string' },
      password: { type: 'string', format: 'password' },
      persistent: { type: 'boolean', description: 'Stay signed in.' },
      next: { type: 'string', description: 'A path on this site.' },
    },
  },
  response: {
    200: { description: 'Signed in', type: 'object', properties: { user: USER } },
    400: problemResponse('No login form'),
    401: problemResponse('Refused'),
    409: problemResponse('Too many sessions'),
    429: problemResponse('Too many attempts'),
    503: problemResponse('Cannot be checked now'),
  },
}

/** The description of the logout. */
export const LOGOUT_OPERATION: OpenApiOperation = {
  tags: [SECURITY_SCHEME],
  summary: 'Sign out',
  response: { 200: { description: 'Signed out', type: 'object', properties: { user: USER } } },
}

const TIME = { type: ['string', 'null'], format: 'date-time' }
const PERMISSIONS = { type: 'array', items: { type: 'string' } }

/** The description of who is signed in. */
export const SESSION_OPERATION: OpenApiOperation = {
  tags: [SECURITY_SCHEME],
  summary: 'Who is signed in',
  description:
    'To ask is no activity: the session does not last longer by it. `user` is null when nobody is signed in.',
  response: {
    200: {
      description: 'The session',
      type: 'object',
      properties: {
        user: {
          ...USER,
          type: ['object', 'null'],
          properties: { ...USER.properties, permissions: PERMISSIONS, isSuperuser: { type: 'boolean' } },
        },
        expiresAt: TIME,
        idleUntil: TIME,
      },
    },
    503: problemResponse('Cannot be told now'),
  },
}
