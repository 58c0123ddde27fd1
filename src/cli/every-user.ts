import type { ManagedUser, ManagedUserSource } from '../index.ts'

/** All managed users, by name, read a page at a time. */
export async function* everyUser(users: ManagedUserSource): AsyncGenerator<ManagedUser> {
  let page = await users.list({ limit: PAGE })
  yield* page.users
  while (page.next !== null) {
    page = await users.list({ after: page.next, limit: PAGE })
    yield* page.users
  }
}

const PAGE = 500
