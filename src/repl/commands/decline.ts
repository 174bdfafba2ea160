import {offer} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/decline`: turns an offered file down. */
export const decline = defineCommand({
  name: 'decline',
  group: 'files',
  summary: 'turns an offered file down',
  examples: ['/decline 1'],
  destroys: true,
  args: {number: offer({required: true})},
  run({conversation}, {args}) {
    conversation.decline(args.number)
  },
})
