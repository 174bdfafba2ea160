import {defineCommand} from '../slash-command.js'

/** `/pwd`: tells in which directory of this computer the shell is. */
export const pwd = defineCommand({
  name: 'pwd',
  group: 'paths',
  summary: 'tells in which of your directories you are',
  examples: ['/pwd'],
  run({paths, print}) {
    print(`on this computer, in ${paths.directory}`)
  },
})
