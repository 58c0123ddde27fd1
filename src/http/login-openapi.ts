import { jsonResponse, type OpenApiOperation, problemResponse, SECURITY_SCHEME } from './openapi.ts'

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

const LOGIN_FORM = {
  type: 'object',
  required: ['username', 'password'],
  properties: {
    username: { type: 'string' },
    password: { type: 'string', format: 'password' },
    persistent: { type: 'boolean', description: 'Stay signed in.' },
    next: { type: 'string', description: 'A path on this site.' },
  },
}

/** The description of the login endpoint. */
export const LOGIN_OPERATION: OpenApiOperation = {
  tags: [SECURITY_SCHEME],
  summary: 'Sign in',
  description: 'Sets the session cookie. With `Accept: text/html` the answer is a redirect to `next`.',
  requestBody: {
    content: {
      'application/json': { schema: LOGIN_FORM },
      'application/x-www-form-urlencoded': { schema: LOGIN_FORM },
    },
  },
  responses: {
    200: jsonResponse('Signed in', { user: USER }),
    400: problemResponse('No login form'),
    401: problemResponse('Refused'),
    409: problemResponse('Too many sessions'),
    429: problemResponse('Too many attempts'),
    503: problemResponse('Cannot be checked now'),
  },
}

/** The description of the logout endpoint. */
export const LOGOUT_OPERATION: OpenApiOperation = {
  tags: [SECURITY_SCHEME],
  summary: 'Sign out',
  responses: { 200: jsonResponse('Signed out', { user: USER }) },
}

const TIME = { type: ['string', 'null'], format: 'date-time' }
const PERMISSIONS = { type: 'array', items: { type: 'string' } }

/** The description of the session endpoint. */
export const SESSION_OPERATION: OpenApiOperation = {
  tags: [SECURITY_SCHEME],
  summary: 'Who is signed in',
  description:
    'To ask is no activity: the session does not last longer by it. `user` is null when nobody is signed in.',
  responses: {
    200: jsonResponse('The session', {
      user: {
        ...USER,
        type: ['object', 'null'],
        properties: { ...USER.properties, permissions: PERMISSIONS, isSuperuser: { type: 'boolean' } },
      },
      expiresAt: TIME,
      idleUntil: TIME,
    }),
    503: problemResponse('Cannot be told now'),
  },
}
