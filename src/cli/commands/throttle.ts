import type { Command } from 'commander'
import { examples } from '../examples.ts'
import { addThrottleClear } from './throttle-clear.ts'
import { addThrottleList } from './throttle-list.ts'

export function addThrottle(program: Command): void {
  const throttle = program
    .command('throttle')
    .description('show and forget who has tried to sign in too often')
    .addHelpText('after', examples('ostiary throttle list', 'ostiary throttle clear --user bob'))
  addThrottleList(program, throttle)
  addThrottleClear(program, throttle)
}
