import {readNothing} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/clear`: empties the screen. */
export const clear = defineSlashCommand({
  name: 'clear',
  group: 'core',
  summary: 'empties the screen',
  user: 'anyone',
  parse: readNothing,
  run: context => context.clear(),
})
