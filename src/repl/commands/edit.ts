import {requireMessage} from '../message-limit.js'
import {rest} from '../parameter.js'
import {defineCommand} from '../slash-command.js'

/** `/edit`: writes a message in an editor, and says it. */
export const edit = defineCommand({
  name: 'edit',
  group: 'talk',
  summary: 'writes a message in $EDITOR, and says it',
  examples: ['/edit', '/edit Dear all,'],
  where: 'screen',
  args: {text: rest({default: ''})},
  async run({edit: open, say, print}, {args}) {
    const text = (await open(args.text)).replace(/\s+$/, '')
    if (text === '') {
      print('nothing was written: nothing is sent')
      return
    }
    try {
      requireMessage(text)
      await say(text)
    } catch (error) {
      // It is nowhere else any more.
      print(`this was not sent:\n${text}`)
      throw error
    }
  },
})
