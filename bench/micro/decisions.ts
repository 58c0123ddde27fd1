import { AbilityBuilder, createMongoAbility } from '@casl/ability'
import { newEnforcer, newModelFromString } from 'casbin'
import { decide, definePermission, defineRole, type Permission } from 'ostiary'
// By its file, because `ostiary/testing` brings Vitest along.
import { testUser } from '../../dist/testing/test-user.js'
import { type Action, serveBlocks } from './blocks.ts'

/** Permissions of the application, and roles of the person who asks. */
const SIZES = [
  { permissions: 10, roles: 1 },
  { permissions: 10, roles: 50 },
  { permissions: 10_000, roles: 1 },
  { permissions: 10_000, roles: 50 },
]

serveBlocks(async () => {
  const actions: Record<string, Action> = {}
  for (const { permissions, roles } of SIZES) {
    const size = `${permissions}/${roles}`
    const all = Array.from({ length: permissions }, (_, index) =>
      definePermission({ name: `permission-${index}`, description: 'One of many' }),
    )
    const roleOf = (index: number, held: Permission[]) =>
      defineRole({ name: `role-${index}`, description: 'One of many', permissions: held })
    // Every other permission is held, spread over the roles, so that half of the answers are no.
    const held = Array.from({ length: roles }, (_, role) =>
      roleOf(
        role,
        all.filter((_, index) => index % 2 === 0 && (index / 2) % roles === role),
      ),
    )
    const user = testUser({ roles: held })
    const requirements = all.map((permission) => ({ permission }))
    const asked = Array.from({ length: 1024 }, (_, index) => (index * 7919) % permissions)
    const at = (index: number) => asked[index & 1023] as number

    // What the others do beside deciding.
    actions.loop ??= (index) => requirements[at(index)]
    actions[`ostiary ${size}`] = (index) => decide(user, requirements[at(index)] as (typeof requirements)[0])
    const { can, build } = new AbilityBuilder(createMongoAbility)
    for (const role of held) for (const { name } of role.permissions) can(name, 'all')
    const ability = build()
    actions[`casl ${size}`] = (index) => ability.can((all[at(index)] as Permission).name, 'all')

    // Its own way takes milliseconds for each decision where there are many: it goes through all of them.
    if (permissions > 100) continue
    const enforcer = await newEnforcer(newModelFromString(RBAC))
    for (const role of held) {
      await enforcer.addRoleForUser('user', role.name)
      for (const { name } of role.permissions) await enforcer.addPolicy(role.name, name)
    }
    actions[`casbin ${size}`] = (index) => enforcer.enforceSync('user', (all[at(index)] as Permission).name)
  }
  return actions
})

const RBAC = `
[request_definition]
r = sub, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.act == p.act
`
