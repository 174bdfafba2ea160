import {readNothing} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/quit`: leaves; a host closes the room. */
export const quit = defineSlashCommand({
  name: 'quit',
  aliases: ['q', 'exit'],
  group: 'core',
  summary: 'leaves; a host closes the room',
  user: 'anyone',
  parse: readNothing,
  run: context => context.quit(),
})
