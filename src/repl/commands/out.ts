import {directory} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/out`: has received files go elsewhere, or tells where they go. */
export const out = defineCommand({
  name: 'out',
  group: 'files',
  summary: 'has received files go elsewhere from now on',
  examples: ['/out', '/out ~/Downloads'],
  args: {directory: directory()},
  async run({conversation, paths, print}, {args}) {
    if (args.directory !== undefined) {
      await paths.requireDirectory(args.directory)
      await conversation.receiveInto(args.directory)
    }
    print(`received files go to ${paths.shorten(conversation.out)}`)
  },
})
