import {transfer} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/resume`: lets a transfer go on that was paused here, or tries a full disk again. */
export const resume = defineCommand({
  name: 'resume',
  group: 'files',
  summary: 'lets a file go on that was paused here',
  examples: ['/resume 3'],
  args: {number: transfer({required: true})},
  run({conversation}, {args}) {
    conversation.resume(args.number)
  },
})
