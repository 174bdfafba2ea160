import {member} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/kick`: removes a member, who may come back as anyone may. */
export const kick = defineCommand({
  name: 'kick',
  group: 'host',
  summary: 'removes a member',
  examples: ['/kick eve'],
  user: 'host',
  destroys: true,
  args: {nick: member({required: true})},
  run({room}, {args}) {
    room().kick(args.nick)
  },
})
