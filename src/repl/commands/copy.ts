import {joinLineOf} from '../join-line.js'
import {defineCommand} from '../slash-command.js'

/** `/copy`: puts the line to type on the other computer into the clipboard. */
export const copy = defineCommand({
  name: 'copy',
  group: 'host',
  summary: 'copies the join line to the clipboard',
  examples: ['/copy'],
  user: 'host',
  where: 'screen',
  run: ({room, facts, window}) => window.copy(joinLineOf(room(), facts)),
})
