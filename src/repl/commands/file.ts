import {readFileRequest} from '../file-request.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/file`: offers files and directories to a member, or to everyone. */
export const file = defineSlashCommand({
  name: 'file',
  aliases: ['send'],
  group: 'files',
  summary: 'offers files, by path or by number of /ls',
  usage: 'PATH... [--to NICK|all]',
  user: 'anyone',
  parse: readFileRequest,
  async run({conversation, paths, offerFile, fail}, {text, terms}) {
    // Whom nobody can reach, no file can: that is told once.
    conversation.recipients(terms.to)
    for (const path of await paths.read(text)) await offerFile(path, terms).catch(fail)
  },
})
