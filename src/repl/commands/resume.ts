import {readTransfer} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/resume`: lets a transfer go on that was paused here, or tries a full disk again. */
export const resume = defineSlashCommand({
  name: 'resume',
  group: 'files',
  summary: 'lets a file go on that was paused here',
  usage: 'N',
  user: 'anyone',
  parse: readTransfer,
  run({conversation}, {transfer}) {
    conversation.resume(transfer)
  },
})
