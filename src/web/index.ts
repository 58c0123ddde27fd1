export { type EndpointHandler, endpointHandler } from './endpoint-handler.ts'
export { type Admitted, createWebAuth, type WebAuth, type WebAuthOptions } from './web-auth.ts'
export { type Connection, contextOf } from './web-request.ts'
export { personal, toResponse } from './web-response.ts'
