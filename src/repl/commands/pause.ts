import {readTransfer} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/pause`: lets a transfer stand still, in either direction. */
export const pause = defineSlashCommand({
  name: 'pause',
  group: 'files',
  summary: 'lets a file stand still, at both ends',
  usage: 'N',
  user: 'anyone',
  parse: readTransfer,
  run({conversation}, {transfer}) {
    conversation.pause(transfer)
  },
})
