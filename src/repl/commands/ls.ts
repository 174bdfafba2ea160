import {formatSize} from '../../errors/format-size.js'
import {sanitiseLine} from '../../ui/sanitise.js'
import {columnsOf, padColumns} from '../../ui/width.js'
import type {ShellContext} from '../context.js'
import type {ListedPath} from '../local-paths.js'
import {directory} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

const maxLines = 1000

type MediaType = ShellContext['mediaType']

/** `/ls`: lists a directory of this computer, with the numbers that `/file` takes. */
export const ls = defineCommand({
  name: 'ls',
  group: 'paths',
  summary: 'lists your files, numbered for /file',
  examples: ['/ls', '/ls ~/Downloads'],
  args: {directory: directory({label: 'PATH'})},
  async run({paths, mediaType, print}, {args}) {
    const path = args.directory ?? paths.directory
    const entries = await paths.list(path)
    const header = `on this computer, in ${sanitiseLine(paths.shorten(path))}:`
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
