import {readPath} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/cd`: goes to another directory of this computer; nobody else notices. */
export const cd = defineSlashCommand({
  name: 'cd',
  group: 'paths',
  summary: 'goes to another of your directories',
  usage: '[DIR]',
  user: 'anyone',
  parse: readPath,
  async run({paths, print}, {path}) {
    await paths.change(paths.resolve(path ?? '~'))
    print(`on this computer, now in ${paths.shorten(paths.directory)}`)
  },
})
