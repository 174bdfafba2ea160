import {defineCommand} from '../slash-command.js'

/** `/clear`: empties the screen. */
export const clear = defineCommand({
  name: 'clear',
  group: 'core',
  summary: 'empties the screen',
  examples: ['/clear'],
  where: 'screen',
  run: ({clear: empty}) => empty(),
})
