import type { ChainResult, RoleAssignment, Trail } from '../index.ts'
import { reasonOf } from '../reason-of.ts'
import { askSource } from './ask-source.ts'
import type { LoadedAuth } from './load-auth.ts'
import { permissionNames } from './permission-names.ts'

interface Explanation {
  readonly result: ChainResult['outcome']
  readonly trail: Trail
  /** The accepted user, when a source accepts. */
  readonly facts?: Readonly<Record<string, string>>
  /** The reason of a failure although a source accepts. */
  readonly reason?: string
}

interface Typed {
  readonly username: string
  readonly password: string
}

/** Explains how a login would end. Asks the sources first, and then the assignment of the accepted user. */
export async function explainLogin(typed: Typed, loaded: LoadedAuth): Promise<Explanation> {
  const { auth } = loaded
  // A source that fails to become ready shows its failure in the trail.
  await Promise.all(auth.sources.map((source) => askSource(source, async () => source.ready?.())))
  const chain = await auth.explain(typed)
  const trail = withoutPassword(chain.trail, typed.password)
  if (chain.outcome !== 'accepted') return { result: chain.outcome, trail }

  try {
    const assignment = await auth.roleAssignments?.find(`${chain.source}:${chain.account.id}`)
    const facts = factsOf(chain, assignment, loaded)
    if (assignment?.disabled) return { result: 'refused', trail, facts, reason: 'disabled by the application' }
    return { result: 'accepted', trail, facts }
  } catch (cause) {
    const reason = `the role assignments do not answer: ${reasonOf(cause)}`
    return { result: 'unavailable', trail, reason }
  }
}

function factsOf(
  { source, account }: Extract<ChainResult, { outcome: 'accepted' }>,
  assignment: RoleAssignment | undefined,
  loaded: LoadedAuth,
): Record<string, string> {
  const { id, name, description, superuser } = account
  const roles = [...new Set([...account.roles, ...(assignment?.roles ?? [])])]
  const declared = loaded.auth.roles.map((role) => role.name)
  const ignored = roles.filter((role) => !declared.includes(role))
  return {
    id: `${source}:${id}`,
    name,
    description,
    roles: roles.filter((role) => declared.includes(role)).join(', '),
    ...(ignored.length > 0 && { 'roles that the code does not declare': ignored.join(', ') }),
    permissions: permissionNames({ roles, superuser }, loaded).join(', '),
  }
}

/** Hides reasons that contain the password. Why: a source may repeat its input in the reason. */
function withoutPassword(trail: Trail, password: string): Trail {
  return trail.map((step) =>
    password !== '' && step.reason?.includes(password)
      ? { ...step, reason: '(not shown: it holds the password)' }
      : step,
  )
}
