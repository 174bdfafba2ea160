import {
  beginnings,
  commandOf,
  commandsWithAliases,
  nextWords,
  type DescribedFlag,
  type DescribedProgram,
} from './described.js'
import {functionName, quote} from './quote.js'

/** Returns the script that completes a program in zsh. */
export function zshScript(program: DescribedProgram): string {
  const {bin} = program
  const name = functionName(bin)
  const commands = ['', ...beginnings(program)]
  return `#compdef ${bin}
# Completion of ${bin} in zsh. To have it in every shell, behind compinit:
#   ${program.printedBy} zsh >>~/.zshrc
${name}() {
  local command= longer
  local -i at=2
  while (( at < CURRENT )); do
    longer=\${command:+$command }$words[at]
    case $longer in
${aliasCases(program)}      (${commands.slice(1).map(quote).join('|')}) command=$longer; (( at++ )) ;;
      (*) break ;;
    esac
  done
  # What follows is completed as if the command were one word.
  shift $(( at - 2 )) words
  (( CURRENT -= at - 2 ))
  local -a ${name}_next
  case $command in
${commands.map(words => commandCase(program, words)).join('\n')}
  esac
}

compdef ${name} ${bin}
# Found by its file name it is called at once; read by source it waits.
if [[ $funcstack[1] == ${name} ]]; then ${name} "$@"; fi
`
}

function aliasCases(program: DescribedProgram): string {
  const cases = commandsWithAliases(program).map(({words, aliases}) => {
    return `      (${aliases.map(quote).join('|')}) command=${quote(words)}; (( at++ )) ;;\n`
  })
  return cases.join('')
}

function commandCase(program: DescribedProgram, words: string): string {
  const {flags, argument} = commandOf(program, words)
  const next = nextWords(program, words)
  const nextSpecs = next.map(({word, summary}) => quote(`${word}:${summary.replaceAll(':', '\\:')}`))
  const rest =
    next.length > 0 ? [quote(`1: :{_describe command ${functionName(program.bin)}_next}`)] : argumentSpecs(argument)
  const specs = [...flags.map(flagSpec), ...rest]
  return [
    `    (${quote(words)})`,
    ...(next.length > 0 ? [`      ${functionName(program.bin)}_next=(${nextSpecs.join(' ')})`] : []),
    `      _arguments -s -S ${specs.join(' ')} ;;`,
  ].join('\n')
}

function argumentSpecs(argument: ReturnType<typeof commandOf>['argument']): string[] {
  if (argument === undefined) return []
  if (argument.options.length > 0) return [quote(`1: :(${argument.options.join(' ')})`)]
  return argument.kind === 'file' ? ["'*:file:_files'"] : []
}

function flagSpec({name, letter, summary, value, isRepeatable}: DescribedFlag): string {
  const explanation = `[${summary.replaceAll(/[[\]\\:]/g, '\\$&')}]`
  const tail = value === undefined ? '' : `:${value.name}:${actionOf(value)}`
  const long = `--${name}${value === undefined ? '' : '='}`
  if (letter === undefined) return quote(`${isRepeatable ? '*' : ''}${long}${explanation}${tail}`)
  const short = `-${letter}${value === undefined ? '' : '+'}`
  return `${quote(`(-${letter} --${name})`)}{${quote(short)},${quote(long)}}${quote(`${explanation}${tail}`)}`
}

function actionOf({kind, options}: NonNullable<DescribedFlag['value']>): string {
  if (options.length > 0) return `(${options.join(' ')})`
  if (kind === 'file') return '_files'
  return kind === 'directory' ? '_files -/' : ' '
}
