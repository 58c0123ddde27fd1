import { type Curve, measuredLine } from '../../harness/curve.ts'
import type { Settings } from '../../harness/settings.ts'
import { measureBlocks } from '../blocks.ts'

const ROLES = [1, 10, 50, 200]
const PERMISSIONS = [10, 100, 1000, 10_000]
/** With how many of the other each of them grows. */
const [FEW_ROLES, MANY_ROLES] = [1, 50]
const [FEW_PERMISSIONS, MANY_PERMISSIONS] = [10, 10_000]

/** What one decision costs, by the roles of who asks, and by the permissions that there are. */
export async function deciding({ full }: Settings): Promise<Curve[]> {
  const byRoles = [FEW_PERMISSIONS, MANY_PERMISSIONS].flatMap((permissions) =>
    ROLES.map((roles) => sizeOf(permissions, roles)),
  )
  const byPermissions = [FEW_ROLES, MANY_ROLES].flatMap((roles) =>
    PERMISSIONS.map((permissions) => sizeOf(permissions, roles)),
  )
  const sizes = [...new Set([...byRoles, ...byPermissions])]
  const measured = await measureBlocks('our-decisions', full ? 40 : 8, 'loop', sizes)
  const common = { measured, figure: 'ns' }
  return [
    {
      title: 'A decision',
      method:
        'Processor time of `decide(user, { permission })`, half of the answers being no. What is permitted is spread evenly ' +
        'over the roles of the user.',
      by: 'roles of the user',
      unit: 'ns',
      lines: [FEW_PERMISSIONS, MANY_PERMISSIONS].map((permissions) =>
        measuredLine(`${permissions.toLocaleString('en')} permissions`, {
          ...common,
          sizes: ROLES,
          contender: (roles) => sizeOf(permissions, roles),
        }),
      ),
    },
    {
      title: 'A decision',
      method: 'The same: of the permissions that the application has, the user has every other one.',
      by: 'permissions of the application',
      unit: 'ns',
      lines: [FEW_ROLES, MANY_ROLES].map((roles) =>
        measuredLine(`${roles} role${roles === 1 ? '' : 's'}`, {
          ...common,
          sizes: PERMISSIONS,
          contender: (permissions) => sizeOf(permissions, roles),
        }),
      ),
    },
  ]
}

function sizeOf(permissions: number, roles: number): string {
  return `${permissions}/${roles}`
}
