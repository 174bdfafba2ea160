// Writes the list of slash commands into README.md, from the registry; with --check it only says whether the list is fresh.
import {readFile, writeFile} from 'node:fs/promises'
import {fileURLToPath, URL} from 'node:url'
import {slashCommands} from '../build/repl/commands/index.js'
import {commandGroups} from '../build/repl/slash-command.js'
import {shortUsageOf} from '../build/repl/usage.js'

const path = fileURLToPath(new URL('../README.md', import.meta.url))
const [begin, end] = ['<!-- slash commands: npm run manifest -->', '<!-- end of slash commands -->']

const cell = text => text.replaceAll('|', '\\|')
const row = command => {
  const names = [command.name, ...command.aliases].map(name => `/${name}`)
  const usage = `${names[0]} ${shortUsageOf(command)}`.trim()
  const also =
    names.length > 1
      ? ` (${names
          .slice(1)
          .map(name => `\`${name}\``)
          .join(', ')})`
      : ''
  return `| \`${cell(usage)}\`${also} | ${cell(command.summary)} |`
}
const listed = commandGroups.flatMap(group => slashCommands.filter(command => command.group === group))
const table = ['| command | |', '|---|---|', ...listed.map(row)].join('\n')

const text = await readFile(path, 'utf8')
const fresh = text.slice(0, text.indexOf(begin) + begin.length) + `\n\n${table}\n\n` + text.slice(text.indexOf(end))
if (!process.argv.includes('--check')) {
  await writeFile(path, fresh)
} else if (text !== fresh) {
  console.error('README.md has an old list of slash commands: run `npm run manifest`')
  process.exitCode = 1
}
