import {readTransfer} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/decline`: turns an offered file down. */
export const decline = defineSlashCommand({
  name: 'decline',
  group: 'files',
  summary: 'turns an offered file down',
  usage: 'N',
  user: 'anyone',
  parse: readTransfer,
  run({conversation}, {transfer}) {
    conversation.decline(transfer)
  },
})
