// Writes docs/commands.md from what each command says with --help, and the table of commands in README.md from the
// manifest: npm run commands
// With --check it only says whether both are fresh.
import {execFile} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {writeOrCheck} from './generated.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
const commands = Object.values(manifest.commands).filter(({hidden}) => !hidden)

const helps = []
for (const {id} of commands) helps.push(await helpOf(wordsOf(id)))

const page = `# Commands

Made by \`npm run commands\` from what each of them says with \`--help\`. [The README](../README.md) has their exit codes.

${helps.join('\n\n')}
`
writeOrCheck(join(root, 'docs', 'commands.md'), page, 'npm run commands')

const [begin, end] = ['<!-- made by npm run commands -->', '<!-- until here -->']
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const [before, rest] = readme.split(begin)
const [, after] = rest.split(end)
const table = ['| command | does |', '|---|---|', ...commands.map(rowOf)].join('\n')
writeOrCheck(join(root, 'README.md'), `${before}${begin}\n\n${table}\n\n${end}${after}`, 'npm run commands')

async function helpOf(words) {
  const argv = [join(root, 'bin', 'run.js'), ...words.split(' '), '--help']
  const env = {PATH: process.env.PATH, OCLIF_COLUMNS: '100'}
  const {stdout} = await promisify(execFile)(process.execPath, argv, {env})
  return `## chatctl ${words}\n\n\`\`\`text\n${stdout.trim()}\n\`\`\``
}

function rowOf({id, usage, summary}) {
  const lines = [usage].flat().map(line => `\`${typed(line, wordsOf(id))}\``)
  return `| ${lines.join(', ').replaceAll('|', '\\|')} | ${summary.replaceAll('|', '\\|')} |`
}

function typed(usage, words) {
  return `chatctl ${usage.replace('<%= command.id %>', words).replace(' [FLAGS]', '')}`
}

function wordsOf(id) {
  return id.replace(/^chat:/, '').replaceAll(':', ' ')
}
