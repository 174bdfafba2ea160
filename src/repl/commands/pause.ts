import {transfer} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/pause`: lets a transfer stand still, in either direction. */
export const pause = defineCommand({
  name: 'pause',
  group: 'files',
  summary: 'lets a file stand still, at both ends',
  examples: ['/pause 3'],
  args: {number: transfer({required: true})},
  run({conversation}, {args}) {
    conversation.pause(args.number)
  },
})
