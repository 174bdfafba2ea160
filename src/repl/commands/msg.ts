import {requireMessage} from '../message-limit.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/msg`: says something to one member alone. */
export const msg = defineSlashCommand({
  name: 'msg',
  aliases: ['dm'],
  group: 'talk',
  summary: 'says something to one member alone',
  usage: 'NICK TEXT',
  user: 'anyone',
  parse: readNickAndText,
  async run({conversation}, {nick, text}) {
    requireMessage(text)
    await conversation.tell(nick, text)
  },
})

function readNickAndText(rest: string): {nick: string; text: string} | undefined {
  const [, nick, text] = /^(\S+)\s+(\S.*)$/s.exec(rest) ?? []
  return nick === undefined || text === undefined ? undefined : {nick, text}
}
