import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { addRolesList } from './roles-list.ts'
import { addRolesShow } from './roles-show.ts'

export function addRoles(program: Command): void {
  const roles = program
    .command('roles')
    .description('show which role brings which permission')
    .addHelpText('after', examples('ostiary roles', 'ostiary roles show Viewer'))
  addRolesList(roles)
  addRolesShow(roles)
}
