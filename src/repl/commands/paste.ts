import {defineCommand} from '../slash-command.js'
import {endOfBlock} from '../paste-block.js'

/** `/paste`: makes one message of several lines. */
export const paste = defineCommand({
  name: 'paste',
  group: 'talk',
  summary: 'makes one message of the lines that follow',
  examples: ['/paste'],
  run({block, print}) {
    block.open()
    print(`the lines that follow are one message: a line with only ${endOfBlock} sends it`)
  },
})
