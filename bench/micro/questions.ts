import {
  accepted,
  createAuth,
  definePermission,
  defineRole,
  defineUserSource,
  generateSecret,
  type Permission,
  type Role,
  type User,
} from 'ostiary'
import { FORM, REQUEST } from '../servers/ostiary-auth.ts'

/** What one person is asked for again and again. */
export interface Questions {
  readonly user: User
  /** Every other permission is held, spread over the roles, so that half of the answers are no. */
  readonly held: readonly Role[]
  /** The permission that is asked for the next time. */
  permissionAt(index: number): Permission
  requirementAt(index: number): { readonly permission: Permission }
}

/** Of an application with so many permissions, to somebody with so many roles. */
export async function questions(permissions: number, roles: number): Promise<Questions> {
  const all = Array.from({ length: permissions }, (_, index) =>
    definePermission({ name: `permission-${index}`, description: 'One of many' }),
  )
  const held = Array.from({ length: roles }, (_, role) =>
    defineRole({
      name: `role-${role}`,
      description: 'One of many',
      permissions: all.filter((_, index) => index % 2 === 0 && (index / 2) % roles === role),
    }),
  )
  const requirements = all.map((permission) => ({ permission }))
  const asked = Array.from({ length: 1024 }, (_, index) => (index * 7919) % permissions)
  const at = (index: number) => asked[index & 1023] as number
  return {
    user: await signIn(held, all),
    held,
    permissionAt: (index) => all[at(index)] as Permission,
    requirementAt: (index) => requirements[at(index)] as { permission: Permission },
  }
}

async function signIn(roles: readonly Role[], permissions: readonly Permission[]): Promise<User> {
  const people = defineUserSource('people', async ({ username }) => accepted({ name: username, roles }))
  const sessions = { secret: generateSecret() }
  const auth = createAuth({ roles, permissions, sources: [people], throttle: false, sessions })
  const result = await auth.signIn({ ...FORM, username: 'anna' }, REQUEST, null)
  if (result.outcome !== 'signed-in') throw new Error(`A login ended ${result.outcome}.`)
  return result.user
}
