import type {RoundTrip} from '../../conversation.js'
import {sanitiseLine} from '../../ui/sanitise.js'
import {member} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/ping`: tells how long it takes to reach someone and to hear from them. */
export const ping = defineCommand({
  name: 'ping',
  group: 'people',
  summary: 'measures the way there and back',
  examples: ['/ping', '/ping ana'],
  args: {nick: member()},
  async run({conversation, isHost, members, print, fail}, {args}) {
    const nicks = args.nick === undefined && isHost() ? members().map(({nick}) => nick) : [args.nick]
    if (nicks.length === 0) print('nobody else is here')
    const measure = async (nick: string | undefined) => print(tripText(await conversation.ping(nick)))
    await Promise.all(nicks.map(nick => measure(nick).catch(fail)))
  },
})

function tripText({member: {nick}, ms}: RoundTrip): string {
  return `${sanitiseLine(nick)}: ${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}
