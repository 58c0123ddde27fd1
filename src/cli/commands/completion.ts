import { Argument, type Command } from 'commander'
import { completionTree } from '../completion/completion-tree.ts'
import { SCRIPTS, type Shell } from '../completion/scripts.ts'
import { examples } from '../examples.ts'
import { write } from '../output.ts'

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script by which a shell completes commands and options')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      examples(
        'eval "$(ostiary completion bash)"   # in ~/.bashrc',
        'eval "$(ostiary completion zsh)"    # in ~/.zshrc',
        'ostiary completion fish | source    # in config.fish',
      ),
    )
    .action((shell: Shell) => write(SCRIPTS[shell](completionTree(program))))
}
