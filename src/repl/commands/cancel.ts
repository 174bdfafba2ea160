import {readTransfer} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/cancel`: gives a file up, in either direction and wherever it stands. */
export const cancel = defineSlashCommand({
  name: 'cancel',
  group: 'files',
  summary: 'gives up a file that is offered or on its way',
  usage: 'N',
  user: 'anyone',
  parse: readTransfer,
  run({conversation}, {transfer}) {
    conversation.cancel(transfer)
  },
})
