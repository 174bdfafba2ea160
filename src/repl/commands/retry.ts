import {readTransfer} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/retry`: offers a file again that did not arrive. */
export const retry = defineSlashCommand({
  name: 'retry',
  group: 'files',
  summary: 'offers again what did not arrive',
  usage: 'N',
  user: 'anyone',
  parse: readTransfer,
  async run({retry: offerAgain}, {transfer}) {
    await offerAgain(transfer)
  },
})
