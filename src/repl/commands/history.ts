import {formatTime} from '../../ui/format.js'
import {messageLine} from '../message-text.js'
import {integer} from '../parameter.js'
import {defineCommand} from '../slash-command.js'
import {maxRecentMessages} from '../talk-memory.js'

/** `/history`: shows again what was said lately. */
export const history = defineCommand({
  name: 'history',
  group: 'core',
  summary: 'shows again what was said lately',
  examples: ['/history', '/history 100'],
  args: {count: integer({label: 'N', min: 1, max: maxRecentMessages, default: 20})},
  run({talk, print}, {args}) {
    const lines = talk.recent(args.count).map(({message, at}) => `${formatTime(at)} ${messageLine(message)}`)
    print(lines.length === 0 ? 'nothing was said yet' : lines.join('\n'))
  },
})
