import type { Auth } from '../../auth.ts'
import type { RouteDeclaration } from '../../http/declaration.ts'
import type { HttpOptions } from '../../http/http-options.ts'
import type { User } from '../../users/user.ts'

/** An adapter, as the contract starts it. */
export interface AdapterUnderTest {
  /**
   * Starts an application of the framework on a port of 127.0.0.1 that is free, with the adapter in it.
   *
   * Rejects when the adapter refuses the application.
   */
  start(application: ContractApplication): Promise<RunningApplication>
  /** The features that the framework cannot have, each with the reason. Their tests are skipped, with that reason. */
  readonly without?: Partial<Readonly<Record<AdapterFeature, string>>>
}

/** The features that some frameworks cannot have. */
export type AdapterFeature =
  /**
   * The start lists undeclared routes, since the framework can enumerate routes. Without the feature, they are denied.
   */
  | 'undeclared-routes'
  /** Public routes without their user: `anyone-without-user`. */
  | 'anyone-without-user'
  /** The option `extensions`. */
  | 'extensions'
  /** `X-Forwarded-*` of a trusted proxy count. */
  | 'trusted-proxies'
  /** The application sets headers of every answer before the adapter runs. */
  | 'common-headers'
  /** Routes may ask for the same-site check. */
  | 'same-site'

/** An application that the contract asks for. */
export interface ContractApplication {
  readonly auth: Auth
  /** The options of the adapter, beside `auth`. */
  readonly http: Omit<HttpOptions, 'auth'>
  readonly routes: readonly ContractRoute[]
  /** True when `X-Forwarded-Proto`, `-Host` and `-For` count. */
  readonly trustProxy: boolean
  /** Headers that the application sets on every answer by means of its own, such as a middleware. */
  readonly headers: Readonly<Record<string, string>>
}

/** One route of the application. */
export interface ContractRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Parts that begin with a colon are parameters: `/items/:id`. The adapter writes it as its framework does. */
  readonly path: string
  /** The declaration. Undefined for an undeclared route. A checker gets a {@link ContractRequest}. */
  readonly declare: RouteDeclaration<ContractRequest> | undefined
  /** True when the route asks for the same-site check. */
  readonly sameSite?: boolean
  /** Answers with status 200. An error of the handler is a fault of the application. */
  handle(request: ContractRequest): ContractAnswer | Promise<ContractAnswer>
}

/** A request, as handlers and checkers of the contract see it. */
export interface ContractRequest {
  readonly user: User
  readonly params: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  /** The value of a JSON body. */
  readonly body: unknown
}

/** A text, or a text with headers of the handler. Names are in small letters. */
export type ContractAnswer =
  | string
  | { readonly text: string; readonly headers: Readonly<Record<string, string | readonly string[]>> }

/** An application that listens. */
export interface RunningApplication {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string
  /** Ends all connections. The `Auth` stays open. */
  close(): Promise<void>
}
