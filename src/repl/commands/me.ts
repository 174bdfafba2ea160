import {rest} from '../parameter.js'
import {defineCommand} from '../slash-command.js'

/** `/me`: says what one does. */
export const me = defineCommand({
  name: 'me',
  group: 'talk',
  summary: 'says what you do: /me waves',
  examples: ['/me waves'],
  args: {text: rest({required: true})},
  async run({say, send}, {args}) {
    await send(args.text, () => say(args.text, 'me'))
  },
})
