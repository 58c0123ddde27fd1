import type { Command } from 'commander'
import { generateSecret } from '../../index.ts'
import { examples } from '../examples.ts'
import { printJson } from '../json.ts'
import { note, write } from '../output.ts'

export function addSecretRotate(secret: Command): void {
  secret
    .command('rotate')
    .description('print a new secret, and how to change to it so that nobody is signed out')
    .option('--json', 'as a JSON object')
    .addHelpText('after', examples('ostiary secret rotate'))
    .action(async ({ json }: { json?: true }) => {
      const fresh = generateSecret()
      const steps = stepsTo(fresh)
      await (json ? printJson({ secret: fresh, steps }) : write(asText(fresh, steps)))
      noteWhatIsThere()
    })
}

interface Step {
  readonly value: string
  readonly meaning: string
  readonly until: string
}

/**
 * Returns the steps to a new secret. The new secret seals only from the second step. Why: a cookie sealed under a key
 * must only reach nodes that know the key.
 */
function stepsTo(fresh: string): readonly Step[] {
  return [
    {
      value: `${OLD},${fresh}`,
      meaning: 'The old secret still seals; every node learns to unseal what the new one will seal.',
      until: 'the last node has it. With a single process, begin with step 2.',
    },
    {
      value: `${fresh},${OLD}`,
      meaning: 'The new secret seals. A cookie moves to it when it is used after the end of its lease (1 minute).',
      until:
        'the last node has had it for as long as a cookie may lie unused: 30 days (sessions.persistentLifetime), ' +
        'or 31 minutes (sessions.idle and a lease) where nobody can stay signed in.',
    },
    {
      value: fresh,
      meaning: 'What is still sealed under the old secret has ended.',
      until: 'the next rotation.',
    },
  ]
}

function asText(fresh: string, steps: readonly Step[]): string {
  const lines = steps.flatMap(({ value, meaning, until }, index) => [
    `${index + 1}. On every node: OSTIARY_SECRET=${value}`,
    `   ${meaning}`,
    `   Leave it so until ${until}`,
    '',
  ])
  return `${[
    `A new secret: ${fresh}`,
    '',
    `${OLD} is all that OSTIARY_SECRET, or the file of OSTIARY_SECRET_FILE, holds now.`,
    'After each change, restart the application or let it call auth.reloadKeys().',
    '',
    ...lines,
    'Has the old secret leaked? Then go to step 3 at once: everybody has to sign in again, forged cookies included.',
  ].join('\n')}\n`
}

/**
 * Notes an unfinished rotation. The secrets stay hidden. Why: they would stay in the terminal, or in the log of
 * automation.
 */
function noteWhatIsThere(): void {
  const count = (process.env.OSTIARY_SECRET ?? '').split(/[,\n]/).filter((secret) => secret.trim() !== '').length
  if (count > 1)
    note(
      `Note: OSTIARY_SECRET holds ${count} secrets here, so an earlier rotation may not be over. Complete that one first.`,
    )
}

const OLD = '<old>'
