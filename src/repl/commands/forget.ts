import {readWord} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/forget`: forgets a device, which then proves a code again. */
export const forget = defineSlashCommand({
  name: 'forget',
  group: 'trust',
  summary: 'forgets a device: a code is asked again',
  usage: 'NAME',
  user: 'anyone',
  parse: readWord,
  async run({conversation, print}, {word}) {
    await conversation.forget(word)
    print(`${word} is forgotten: a code is asked the next time`)
  },
})
