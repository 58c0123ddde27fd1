import { AbilityBuilder, createMongoAbility } from '@casl/ability'
import { newEnforcer, newModelFromString } from 'casbin'
import { decide } from 'ostiary'
import { type Action, serveBlocks } from './blocks.ts'
import { questions } from './questions.ts'

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
    const { user, held, permissionAt, requirementAt } = await questions(permissions, roles)

    // What all of them do beside deciding.
    actions.loop ??= requirementAt
    actions[`ostiary ${size}`] = (index) => decide(user, requirementAt(index))
    const { can, build } = new AbilityBuilder(createMongoAbility)
    for (const role of held) for (const { name } of role.permissions) can(name, 'all')
    const ability = build()
    actions[`casl ${size}`] = (index) => ability.can(permissionAt(index).name, 'all')

    // Its own way takes milliseconds for each decision where there are many: it goes through all of them.
    if (permissions > 100) continue
    const enforcer = await newEnforcer(newModelFromString(RBAC))
    for (const role of held) {
      await enforcer.addRoleForUser('user', role.name)
      for (const { name } of role.permissions) await enforcer.addPolicy(role.name, name)
    }
    actions[`casbin ${size}`] = (index) => enforcer.enforceSync('user', permissionAt(index).name)
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
