import {sanitiseLine} from '../../ui/sanitise.js'
import {member} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/ignore`: shows nothing more of what someone says and offers; nobody else notices. */
export const ignore = defineCommand({
  name: 'ignore',
  group: 'people',
  summary: 'shows nothing more of what someone says',
  examples: ['/ignore eve', '/ignore'],
  args: {nick: member()},
  run({conversation, ignored, print}, {args}) {
    if (args.nick === undefined) print(listed(ignored.nicks))
    else {
      const {member: other} = conversation.identify(args.nick)
      const nick = sanitiseLine(other.nick)
      ignored.add(other)
      print(`${nick} is ignored: /unignore ${nick} ends that`)
    }
  },
})

function listed(nicks: readonly string[]): string {
  return nicks.length === 0 ? 'nobody is ignored' : `ignored: ${nicks.map(sanitiseLine).join(', ')}`
}
