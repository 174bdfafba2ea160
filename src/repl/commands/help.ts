import {padColumns} from '../../ui/width.js'
import {readOptionalWord} from '../arguments.js'
import {defineSlashCommand, type CommandGroup, type SlashCommand} from '../slash-command.js'

const groups: readonly CommandGroup[] = ['core', 'talk', 'people', 'host', 'files', 'paths', 'trust']

/** `/help`: lists the commands, or explains one. */
export const help = defineSlashCommand({
  name: 'help',
  aliases: ['?'],
  group: 'core',
  summary: 'lists the commands, or explains one',
  usage: '[CMD]',
  user: 'anyone',
  parse: readOptionalWord,
  run({commands, print}, {word}) {
    if (word === undefined) print(overview(commands.all()))
    else print(explanation(commands.find(word.replace(/^\//, '').toLowerCase())))
  },
})

function overview(commands: readonly SlashCommand[]): string {
  const columns = Math.max(...commands.map(command => synopsis(command).length))
  const row = (command: SlashCommand) => `  ${padColumns(synopsis(command), columns)}   ${command.summary}`
  const listed = groups.flatMap(group => [group, ...commands.filter(command => command.group === group).map(row)])
  return [...listed, 'Everything else is a message; //text sends /text.'].join('\n')
}

function explanation(command: SlashCommand): string {
  const aliases = command.aliases.map(alias => `/${alias}`).join(', ')
  const lines = [`${synopsis(command)}   ${command.summary}`]
  if (aliases !== '') lines.push(`  also: ${aliases}`)
  if (command.user === 'host') lines.push('  for the host')
  return lines.join('\n')
}

function synopsis({name, usage}: SlashCommand): string {
  return `/${name} ${usage}`.trimEnd()
}
