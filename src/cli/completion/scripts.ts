import type { CompletionTree } from './completion-tree.ts'

/**
 * The scripts by which shells complete `ostiary`. They contain all offered words, so the Tab key starts no process.
 *
 * Why they are our own: the libraries for it ask the program at every Tab (omelette, tabtab), or are at 0.0
 * (@bomb.sh/tab).
 */
export const SCRIPTS = { bash, zsh, fish } as const

export type Shell = keyof typeof SCRIPTS

function bash({ nodes, fileOptions }: CompletionTree): string {
  return `# Completion for bash. In ~/.bashrc: eval "$(ostiary completion bash)"
_ostiary() {
  local current="\${COMP_WORDS[COMP_CWORD]}" at=ostiary word offers=
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
    ${fileOptions.join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${paths({ nodes })}) at="$at $word" ;;
    esac
  done
  case "$at" in
${nodes.map(({ path, offers }) => `    '${path}') offers='${offers.map(({ word }) => word).join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$offers" -- "$current"))
}
complete -o default -F _ostiary ostiary
`
}

function zsh({ nodes, fileOptions }: CompletionTree): string {
  const offered = (offers: CompletionTree['nodes'][number]['offers']) =>
    offers.map(({ word, description }) => `'${word}:${quotable(description)}'`).join(' ')
  return `#compdef ostiary
# Completion for zsh. In ~/.zshrc, after compinit: eval "$(ostiary completion zsh)"
_ostiary() {
  local at=ostiary word
  local -a offers
  case "\${words[CURRENT-1]}" in
    ${fileOptions.join('|')}) _files; return ;;
  esac
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${paths({ nodes })}) at="$at $word" ;;
    esac
  done
  case "$at" in
${nodes.map(({ path, offers }) => `    '${path}') offers=(${offered(offers)}) ;;`).join('\n')}
  esac
  _describe 'ostiary' offers || _files
}
if [ "\${funcstack[1]}" = _ostiary ]; then _ostiary "$@"; else compdef _ostiary ostiary; fi
`
}

function fish({ nodes, fileOptions }: CompletionTree): string {
  const lines = nodes.flatMap(({ path, offers }) =>
    offers.map(({ word, description }) => {
      const isFile = fileOptions.includes(word)
      const what = word.startsWith('--') ? `-l ${word.slice(2)}${isFile ? ' -r -F' : ''}` : `-f -a ${word}`
      return `complete -c ostiary -n '__ostiary_at "${path}"' ${what} -d '${quotable(description)}'`
    }),
  )
  return `# Completion for fish. In config.fish: ostiary completion fish | source
function __ostiary_at
  set -l at ostiary
  set -l typed (commandline -opc)
  for word in $typed[2..-1]
    switch "$at $word"
      case ${nodes.map(({ path }) => `'${path}'`).join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`
}

function paths({ nodes }: Pick<CompletionTree, 'nodes'>): string {
  return nodes.map(({ path }) => `'${path}'`).join('|')
}

/**
 * Removes characters with a meaning within quotation marks of a shell, or to zsh between a word and its description.
 */
function quotable(text: string): string {
  return text.replaceAll("'", '’').replaceAll(':', ';').replaceAll('\\', '')
}
