import {padColumns} from '../../ui/width.js'
import {custom} from '../parameter.js'
import {commandGroups, defineCommand, type SlashCommand, whoIs} from '../slash-command.js'
import {flagSynopsis, named, shortUsageOf, usageOf} from '../usage.js'

const commandName = custom<string>({
  label: 'CMD',
  parse: text => text.replace(/^\//, '').toLowerCase(),
  complete: (_word, {commands}) => commands().map(({name, summary}) => ({text: name, summary})),
})

/** `/help`: lists the commands, or explains one. */
export const help = defineCommand({
  name: 'help',
  aliases: ['?'],
  group: 'core',
  summary: 'lists the commands, or explains one',
  examples: ['/help', '/help file'],
  args: {command: commandName()},
  run({registry, print}, {args}) {
    if (args.command === undefined) print(overview(registry.all()))
    else print(explanation(registry.explained(args.command)))
  },
})

function overview(commands: readonly SlashCommand[]): string {
  const columns = Math.max(...commands.map(command => synopsis(command, shortUsageOf).length))
  const row = (command: SlashCommand) =>
    `  ${padColumns(synopsis(command, shortUsageOf), columns)}   ${command.summary}`
  const listed = commandGroups.flatMap(group => {
    const rows = commands.filter(command => command.group === group).map(row)
    return rows.length === 0 ? [] : [group, ...rows]
  })
  return [...listed, 'Everything else is a message; //text sends /text.'].join('\n')
}

function explanation(command: SlashCommand): string {
  const {aliases, user, where, flags, examples} = command
  const lines = [synopsis(command, usageOf), `  ${command.summary}`]
  if (aliases.length > 0) lines.push(`  also: ${aliases.map(alias => `/${alias}`).join(', ')}`)
  if (user !== 'anyone') lines.push(`  for ${whoIs(user)}`)
  if (where === 'screen') lines.push('  on a screen only')
  return [...lines, ...flagRows(flags), ...examples.map(example => `  e.g. ${example}`)].join('\n')
}

function flagRows(flags: SlashCommand['flags']): string[] {
  const rows = named(flags).map(flag => ({synopsis: flagSynopsis(flag), summary: flag.parameter.summary ?? ''}))
  const columns = Math.max(...rows.map(row => row.synopsis.length))
  return rows.map(row => `  ${padColumns(row.synopsis, columns)}   ${row.summary}`.trimEnd())
}

function synopsis(command: SlashCommand, usage: typeof usageOf): string {
  return `/${command.name} ${usage(command)}`.trimEnd()
}
