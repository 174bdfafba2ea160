import {readWord} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/nick`: takes another nick. */
export const nick = defineSlashCommand({
  name: 'nick',
  group: 'talk',
  summary: 'takes another nick',
  usage: 'NAME',
  user: 'anyone',
  parse: readWord,
  run: ({conversation}, {word}) => conversation.rename(word),
})
