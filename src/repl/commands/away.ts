import {requireMessage} from '../message-limit.js'
import {rest} from '../parameter.js'
import {defineCommand} from '../slash-command.js'

/** `/away`: says that one is away; whoever says something to oneself alone is then told, once. */
export const away = defineCommand({
  name: 'away',
  group: 'people',
  summary: 'says that you are away, to all and who asks',
  examples: ['/away', '/away lunch until two'],
  args: {reason: rest()},
  async run({absence, say}, {args}) {
    const text = args.reason === undefined ? 'is away' : `is away: ${args.reason}`
    requireMessage(text)
    absence.begin(args.reason)
    await say(text, 'me')
  },
})
