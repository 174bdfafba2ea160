import {rest} from '../parameter.js'
import {member} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/msg`: says something to one member alone. */
export const msg = defineCommand({
  name: 'msg',
  aliases: ['dm'],
  group: 'talk',
  summary: 'says something to one member alone',
  examples: ['/msg ana between us'],
  args: {nick: member({required: true}), text: rest({required: true})},
  async run({tell, send}, {args}) {
    await send(args.text, () => tell(args.nick, args.text))
  },
})
