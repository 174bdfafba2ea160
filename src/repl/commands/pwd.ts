import {readNothing} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/pwd`: tells in which directory of this computer the shell is. */
export const pwd = defineSlashCommand({
  name: 'pwd',
  group: 'paths',
  summary: 'tells in which of your directories you are',
  user: 'anyone',
  parse: readNothing,
  run({paths, print}) {
    print(`on this computer, in ${paths.directory}`)
  },
})
