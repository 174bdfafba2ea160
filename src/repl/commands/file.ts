import {defineSlashCommand} from '../slash-command.js'

/** `/file`: offers files to a member, or to everyone. */
export const file = defineSlashCommand({
  name: 'file',
  aliases: ['send'],
  group: 'files',
  summary: 'offers files, by path or by number of /ls',
  usage: 'PATH... [--to NICK|all]',
  user: 'anyone',
  parse: readPathsAndRecipient,
  async run({conversation, paths, offerFile, fail}, {text, to}) {
    // Whom nobody can reach, no file can: that is told once.
    conversation.recipients(to)
    for (const path of await paths.read(text)) await offerFile(path, to).catch(fail)
  },
})

const option = /(?:^|\s)--to(?:=|\s+)(?<to>\S+)/

function readPathsAndRecipient(rest: string): {text: string; to: string | undefined} | undefined {
  const text = rest.replace(option, '')
  if (text.trim() === '' || /(?:^|\s)--to(?:\s|=|$)/.test(text)) return undefined
  return {text, to: option.exec(rest)?.groups?.['to']}
}
