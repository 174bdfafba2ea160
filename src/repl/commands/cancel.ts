import {transfer} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/cancel`: gives a file up, in either direction and wherever it stands. */
export const cancel = defineCommand({
  name: 'cancel',
  group: 'files',
  summary: 'gives up a file that is offered or on its way',
  examples: ['/cancel 3'],
  destroys: true,
  args: {number: transfer({required: true})},
  run({conversation}, {args}) {
    conversation.cancel(args.number)
  },
})
