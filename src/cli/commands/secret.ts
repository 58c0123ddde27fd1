import type { Command } from 'commander'
import { generateSecret } from '../../index.ts'
import { examples } from '../examples.ts'
import { say } from '../output.ts'
import { addSecretRotate } from './secret-rotate.ts'

export function addSecret(program: Command): void {
  const secret = program
    .command('secret')
    .description('print a new secret for the session cookies, to be given to the application as OSTIARY_SECRET')
    .addHelpText('after', examples('echo "OSTIARY_SECRET=$(ostiary secret)" >> .env', 'ostiary secret rotate'))
    .action(() => say(generateSecret()))
  addSecretRotate(secret)
}
