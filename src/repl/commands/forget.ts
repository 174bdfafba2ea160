import {peer} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/forget`: forgets a device, which then proves a code again. */
export const forget = defineCommand({
  name: 'forget',
  group: 'trust',
  summary: 'forgets a device: a code is asked again',
  examples: ['/forget bob'],
  destroys: true,
  args: {name: peer({required: true})},
  async run({conversation, print}, {args}) {
    await conversation.forget(args.name)
    print(`${args.name} is forgotten: a code is asked the next time`)
  },
})
