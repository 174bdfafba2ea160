import {defineCommand} from '../slash-command.js'

/** `/quit`: leaves; a host closes the room. */
export const quit = defineCommand({
  name: 'quit',
  aliases: ['q', 'exit'],
  group: 'core',
  summary: 'leaves; a host closes the room',
  examples: ['/quit'],
  destroys: true,
  run: ({quit: leave}) => leave(),
})
