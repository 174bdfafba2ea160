import type {Conversation, Member} from '../../conversation.js'
import {sanitiseLine} from '../../ui/sanitise.js'
import {defineCommand} from '../slash-command.js'

/** `/who`: lists who is in the room. */
export const who = defineCommand({
  name: 'who',
  aliases: ['names'],
  group: 'people',
  summary: 'lists who is here',
  examples: ['/who'],
  run({conversation, print}) {
    const everyone = [conversation.me, ...conversation.members()]
    const nicks = everyone.map(member => sanitiseLine(member.nick) + roleOf(member, conversation))
    print(`${everyone.length} here: ${nicks.join(', ')}`)
  },
})

function roleOf({id}: Member, {me, host}: Conversation): string {
  const roles = [id === me.id ? ['you'] : [], id === host.id ? ['host'] : []].flat()
  return roles.length === 0 ? '' : ` (${roles.join(', ')})`
}
