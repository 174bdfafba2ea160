import {directory} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/cd`: goes to another directory of this computer; nobody else notices. */
export const cd = defineCommand({
  name: 'cd',
  group: 'paths',
  summary: 'goes to another of your directories',
  examples: ['/cd ~/Downloads', '/cd ..'],
  args: {directory: directory()},
  async run({paths, print}, {args}) {
    await paths.change(args.directory ?? paths.resolve('~'))
    print(`on this computer, now in ${paths.shorten(paths.directory)}`)
  },
})
