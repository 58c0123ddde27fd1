import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { addAdd } from './add.ts'
import { addAssignments } from './assignments.ts'
import { addDelete } from './delete.ts'
import { addDisable } from './disable.ts'
import { addEdit } from './edit.ts'
import { addEnable } from './enable.ts'
import { addExport } from './export.ts'
import { addForget } from './forget.ts'
import { addImport } from './import.ts'
import { addListUsers } from './list-users.ts'
import { addNote } from './note.ts'
import { addSetPassword } from './set-password.ts'
import { addSetRoles } from './set-roles.ts'
import { addSetSuperuser } from './set-superuser.ts'
import { addShow } from './show.ts'
import { addVerifyPassword } from './verify-password.ts'

/** Adds all commands about users. Commands that are older than the group keep their short names as well. */
export function addUsers(program: Command): void {
  const users = program
    .command('users')
    .description('add, list, show, edit and delete users, and say what they may do')
    .addHelpText('after', examples('ostiary users add bob --roles Viewer', 'ostiary users list --disabled'))
  addAdd(users)
  addListUsers(users, 'list')
  addEdit(users)
  for (const add of [...SHORT, addAssignments, addImport, addExport]) add(users)
}

/** Adds the same commands without the group, under their older names. */
export function addShortNames(program: Command): void {
  addAdd(program)
  addListUsers(program)
  for (const add of SHORT) add(program)
}

const SHORT = [
  addShow,
  addDelete,
  addSetPassword,
  addVerifyPassword,
  addSetRoles,
  addSetSuperuser,
  addDisable,
  addEnable,
  addNote,
  addForget,
]
