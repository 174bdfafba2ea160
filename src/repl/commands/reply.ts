import {ChatctlError} from '../../errors/index.js'
import {rest} from '../parameter.js'
import {defineCommand} from '../slash-command.js'

/** `/reply`: answers whoever has last said something to oneself alone. */
export const reply = defineCommand({
  name: 'reply',
  aliases: ['r'],
  group: 'talk',
  summary: 'answers who told you something last',
  examples: ['/reply yes, at noon'],
  args: {text: rest({required: true})},
  async run({talk, tell, send}, {args}) {
    const {caller} = talk
    const hint = '`/msg NICK TEXT` says something to one member alone.'
    if (caller === undefined) throw new ChatctlError('no-recipient', 'nobody has told you anything alone', {hint})
    await send(args.text, () => tell(caller.nick, args.text))
  },
})
