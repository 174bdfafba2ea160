/** What a value is, as far as a shell can complete it. */
export type ValueKind = 'file' | 'directory' | 'other'

/** A flag as a shell has to know it. */
export interface DescribedFlag {
  /** Without dashes. */
  readonly name: string
  readonly letter: string | undefined
  readonly summary: string
  /** Absent when the flag takes no value. */
  readonly value?: {readonly kind: ValueKind; readonly name: string; readonly options: readonly string[]}
  readonly isRepeatable: boolean
}

/** A command as a shell has to know it. */
export interface DescribedCommand {
  /** What is typed after the name of the program, such as `peers forget`. */
  readonly words: string
  /** What may be typed in place of the words, and is not proposed. */
  readonly aliases: readonly string[]
  readonly summary: string
  readonly flags: readonly DescribedFlag[]
  /** What stands for itself on the command line: the options of the first argument, or files. */
  readonly argument: {readonly kind: ValueKind; readonly options: readonly string[]} | undefined
}

/** A program, all of whose commands can be completed. */
export interface DescribedProgram {
  readonly bin: string
  /** What is typed, before the name of a shell, to have all of this printed. */
  readonly printedBy: string
  readonly commands: readonly DescribedCommand[]
}

/** Returns what may follow some words: the next words of longer commands, with what each is for. */
export function nextWords({commands}: DescribedProgram, words: string): {word: string; summary: string}[] {
  const start = words === '' ? '' : `${words} `
  const longer = commands.filter(command => command.words.startsWith(start) && command.words !== words)
  const next = longer.map(command => command.words.slice(start.length).split(' ')[0] ?? '')
  return [...new Set(next)].map(word => ({word, summary: summaryOf(commands, start + word)}))
}

/** Returns every beginning of a command: `peers` of `peers forget`, and the command itself. */
export function beginnings({commands}: DescribedProgram): string[] {
  const all = commands.flatMap(({words}) =>
    words.split(' ').map((_, index, each) => each.slice(0, index + 1).join(' ')),
  )
  return [...new Set(all)].filter(words => words !== '')
}

/** Returns the command of some words; a topic that is no command of its own has nothing but what follows. */
export function commandOf({commands}: DescribedProgram, words: string): DescribedCommand {
  const command = commands.find(each => each.words === words)
  return command ?? {words, aliases: [], summary: '', flags: [], argument: undefined}
}

/** Returns the commands that have other names, too. */
export function commandsWithAliases({commands}: DescribedProgram): DescribedCommand[] {
  return commands.filter(({aliases}) => aliases.length > 0)
}

function summaryOf(commands: readonly DescribedCommand[], words: string): string {
  return commands.find(command => command.words === words)?.summary ?? ''
}
