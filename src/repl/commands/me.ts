import {readText} from '../arguments.js'
import {requireMessage} from '../message-limit.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/me`: says what one does. */
export const me = defineSlashCommand({
  name: 'me',
  group: 'talk',
  summary: 'says what you do: /me waves',
  usage: 'TEXT',
  user: 'anyone',
  parse: readText,
  async run({conversation}, {text}) {
    requireMessage(text)
    await conversation.say(text, 'me')
  },
})
