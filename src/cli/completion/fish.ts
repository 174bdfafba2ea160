import {
  beginnings,
  commandOf,
  commandsWithAliases,
  nextWords,
  type DescribedFlag,
  type DescribedProgram,
} from './described.js'
import {functionName, quote} from './quote.js'

/** Returns the script that completes a program in fish. */
export function fishScript(program: DescribedProgram): string {
  const {bin} = program
  const name = `_${functionName(bin)}`
  const commands = beginnings(program)
  return `# Completion of ${bin} in fish. To have it in every shell:
#   ${program.printedBy} fish >~/.config/fish/completions/${bin}.fish
function ${name}_is
    set -l command ''
    for word in (commandline -opc)[2..-1]
        set -l longer (string trim -- "$command $word")
${aliasLines(program)}        contains -- $longer ${commands.map(quote).join(' ')}; or break
        set command $longer
    end
    test "$command" = "$argv"
end

complete -c ${bin} -f
${['', ...commands].flatMap(words => commandLines(program, words)).join('\n')}
`
}

function aliasLines(program: DescribedProgram): string {
  const lines = commandsWithAliases(program).map(({words, aliases}) => {
    return `        contains -- $longer ${aliases.map(quote).join(' ')}; and set longer ${quote(words)}\n`
  })
  return lines.join('')
}

function commandLines(program: DescribedProgram, words: string): string[] {
  const {flags, argument} = commandOf(program, words)
  const begin = `complete -c ${program.bin} -n ${quote(`_${functionName(program.bin)}_is ${words}`.trimEnd())}`
  return [
    ...nextWords(program, words).map(({word, summary}) => `${begin} -a ${word} -d ${quote(summary)}`),
    ...flags.map(flag => `${begin} ${flagOptions(flag)}`),
    ...(argument?.options.length ? [`${begin} -a ${quote(argument.options.join(' '))}`] : []),
    ...(argument?.kind === 'file' ? [`${begin} -F`] : []),
  ]
}

function flagOptions({name, letter, summary, value}: DescribedFlag): string {
  const names = letter === undefined ? `-l ${name}` : `-s ${letter} -l ${name}`
  return `${names}${value === undefined ? '' : ` ${valueOptions(value)}`} -d ${quote(summary)}`
}

function valueOptions({kind, options}: NonNullable<DescribedFlag['value']>): string {
  if (options.length > 0) return `-x -a ${quote(options.join(' '))}`
  if (kind === 'file') return '-r -F'
  return kind === 'directory' ? "-x -a '(__fish_complete_directories)'" : '-x'
}
