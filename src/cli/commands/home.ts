import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { addHomeForget } from './home-forget.ts'
import { addHomeSet } from './home-set.ts'
import { addHomeShow } from './home-show.ts'

export function addHome(program: Command): void {
  const home = program
    .command('home')
    .description('show and change which source a user name belongs to')
    .addHelpText('after', examples('ostiary home show bob', 'ostiary home set bob ldap'))
  addHomeShow(program, home)
  addHomeSet(program, home)
  addHomeForget(program, home)
}
