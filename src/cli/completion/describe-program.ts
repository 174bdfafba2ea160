import type {Command, Interfaces} from '@oclif/core'
import type {DescribedCommand, DescribedFlag, DescribedProgram, ValueKind} from './described.js'

/** Describes the commands of a CLI that can be seen in its help; `completion` is the one that prints this. */
export function describeProgram(
  {bin, commands, topicSeparator}: Interfaces.Config,
  completion: string,
): DescribedProgram {
  const listed = commands.filter(({hidden}) => !hidden)
  const described = listed.map(command => describeCommand(command, {bin, topicSeparator}))
  const root = {words: '', aliases: [], summary: '', flags: [helpFlag, versionFlag], argument: undefined}
  const printedBy = `${bin} ${completion.replaceAll(':', topicSeparator)}`
  return {bin, printedBy, commands: [root, ...described.sort((one, other) => (one.words < other.words ? -1 : 1))]}
}

function describeCommand(
  command: Command.Loadable,
  {bin, topicSeparator}: Pick<Interfaces.Config, 'bin' | 'topicSeparator'>,
): DescribedCommand {
  const flags = Object.values(command.flags).filter(({hidden}) => hidden !== true)
  const [argument] = Object.values(command.args)
  const typed = (id: string): string => id.replaceAll(':', topicSeparator)
  return {
    words: typed(command.id),
    aliases: [...command.aliases, ...command.hiddenAliases].map(typed),
    summary: plain(command.summary ?? command.description ?? '', bin),
    flags: [...flags.flatMap(describeFlag), helpFlag],
    argument: argument && {kind: kindOf(argument.name.toUpperCase()), options: argument.options ?? []},
  }
}

const helpFlag: DescribedFlag = {name: 'help', letter: undefined, summary: 'Show what it takes', isRepeatable: false}
const versionFlag: DescribedFlag = {...helpFlag, name: 'version', summary: 'Show which version it is'}

function describeFlag(flag: Command.Flag.Cached): DescribedFlag[] {
  const {name, char: letter} = flag
  const summary = plain(flag.summary ?? flag.description ?? '')
  const described = {name, letter, summary, isRepeatable: flag.type === 'option' && flag.multiple === true}
  if (flag.type === 'option') return [{...described, value: describeValue(flag)}]
  return flag.allowNo ? [described, {...described, name: `no-${name}`, letter: undefined}] : [described]
}

function describeValue({name, helpValue, options = []}: Command.Flag.Cached & {type: 'option'}) {
  const [shown = name.toUpperCase()] = [helpValue ?? []].flat()
  return {kind: kindOf(shown), name: shown, options}
}

/** What a value is called in the help says what it is. */
function kindOf(name: string): ValueKind {
  if (name === 'PATH') return 'file'
  return name === 'DIR' ? 'directory' : 'other'
}

/** What is for people who read the help has its marks for code, and templates. */
function plain(text: string, bin = ''): string {
  return text.replaceAll('`', '').replaceAll('<%= config.bin %>', bin)
}
