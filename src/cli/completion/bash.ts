import {
  beginnings,
  commandOf,
  commandsWithAliases,
  nextWords,
  type DescribedFlag,
  type DescribedProgram,
} from './described.js'
import {functionName, quote} from './quote.js'

/** Returns the script that completes a program in bash: 3.2, as macOS has it, and newer. */
export function bashScript(program: DescribedProgram): string {
  const name = functionName(program.bin)
  const commands = ['', ...beginnings(program)]
  return `# Completion of ${program.bin} in bash. To have it in every shell:
#   ${program.printedBy} bash >>~/.bashrc
${name}_propose() {
  local proposal
  while IFS= read -r proposal; do COMPREPLY+=("$proposal"); done < <(compgen "$@")
}

${name}_paths() {
  # Without it (bash 3) blanks in names are not escaped.
  type compopt >/dev/null 2>&1 && compopt -o filenames
  ${name}_propose "$@"
}

${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= longer at
  # bash splits --flag=value at its sign.
  if [[ $current == '=' ]]; then current=
  elif [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    longer=\${command:+$command }\${COMP_WORDS[at]}
    case $longer in
${aliasCases(program)}      ${commands.slice(1).map(quote).join('|')}) command=$longer ;;
      *) break ;;
    esac
  done
  COMPREPLY=()
  case $command in
${commands.map(words => commandCase(program, words)).join('\n')}
  esac
}

complete -F ${name} ${program.bin}
`
}

function aliasCases(program: DescribedProgram): string {
  const commands = commandsWithAliases(program)
  return commands
    .map(({words, aliases}) => `      ${aliases.map(quote).join('|')}) command=${quote(words)} ;;\n`)
    .join('')
}

function commandCase(program: DescribedProgram, words: string): string {
  const name = functionName(program.bin)
  const {flags, argument} = commandOf(program, words)
  const values = flags.filter(({value}) => value).map(flag => `        ${valueCase(name, flag)}`)
  const names = flags.flatMap(namesOf)
  const next = [...nextWords(program, words).map(({word}) => word), ...(argument?.options ?? [])]
  return [
    `    ${quote(words)})`,
    ...(values.length > 0 ? ['      case $previous in', ...values, '      esac'] : []),
    `      if [[ $current == -* ]]; then ${name}_propose -W ${quote(names.join(' '))} -- "$current"`,
    `      ${restOf(name, next, argument?.kind)}fi ;;`,
  ].join('\n')
}

function valueCase(name: string, flag: DescribedFlag): string {
  const {kind, options} = flag.value ?? {kind: 'other', options: []}
  const proposal = options.length > 0 ? `${name}_propose -W ${quote(options.join(' '))} -- "$current"; ` : ''
  const paths = kind === 'other' ? '' : `${name}_paths ${kind === 'file' ? '-f' : '-d'} -- "$current"; `
  return `${namesOf(flag).join('|')}) ${proposal}${paths}return ;;`
}

function restOf(name: string, words: readonly string[], kind: string | undefined): string {
  // Only the next word is one of these.
  const isNext = '((at == COMP_CWORD))'
  if (words.length > 0) return `elif ${isNext}; then ${name}_propose -W ${quote(words.join(' '))} -- "$current"; `
  return kind === 'file' ? `else ${name}_paths -f -- "$current"; ` : ''
}

function namesOf({name, letter}: DescribedFlag): string[] {
  return letter === undefined ? [`--${name}`] : [`--${name}`, `-${letter}`]
}
