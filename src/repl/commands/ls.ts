import {formatSize} from '../../ui/format.js'
import {sanitiseLine} from '../../ui/sanitise.js'
import {columnsOf, padColumns} from '../../ui/width.js'
import {readPath} from '../arguments.js'
import type {CommandContext} from '../context.js'
import type {ListedPath} from '../local-paths.js'
import {defineSlashCommand} from '../slash-command.js'

const maxLines = 1000

type MediaType = CommandContext['mediaType']

/** `/ls`: lists a directory of this computer, with the numbers that `/file` takes. */
export const ls = defineSlashCommand({
  name: 'ls',
  group: 'paths',
  summary: 'lists your files, numbered for /file',
  usage: '[PATH]',
  user: 'anyone',
  parse: readPath,
  async run({paths, mediaType, print}, {path}) {
    const directory = paths.resolve(path ?? '.')
    const entries = await paths.list(directory)
    const header = `on this computer, in ${sanitiseLine(paths.shorten(directory))}:`
    print([header, ...(await listing(entries, mediaType))].join('\n'))
  },
})

async function listing(entries: readonly ListedPath[], mediaType: MediaType): Promise<string[]> {
  if (entries.length === 0) return ['  nothing']
  const shown = entries.slice(0, maxLines)
  const names = shown.map(({name, kind}) => sanitiseLine(name) + (kind === 'directory' ? '/' : ''))
  const columns = Math.max(...names.map(columnsOf))
  const details = await Promise.all(shown.map(entry => detail(entry, mediaType)))
  const lines = names.map((name, index) => {
    const number = String(index + 1).padStart(String(names.length).length)
    return `  ${number}  ${padColumns(name, columns)}  ${details[index] ?? ''}`.trimEnd()
  })
  return entries.length > maxLines ? [...lines, `  and ${entries.length - maxLines} more`] : lines
}

async function detail({name, kind, bytes}: ListedPath, mediaType: MediaType): Promise<string> {
  return kind === 'file' ? `${formatSize(bytes).padStart(8)}  ${await mediaType(name)}` : ''
}
