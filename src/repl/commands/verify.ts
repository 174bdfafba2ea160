import {sanitiseLine} from '../../ui/sanitise.js'
import {member} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/verify`: shows the words that two people compare to know that nobody sits between their devices. */
export const verify = defineCommand({
  name: 'verify',
  group: 'trust',
  summary: 'shows words to compare with someone, aloud',
  examples: ['/verify', '/verify ana'],
  args: {nick: member()},
  async run({conversation, print}, {args}) {
    const {member: other, words} = await conversation.verify(args.nick)
    const nick = sanitiseLine(other.nick)
    if (words === undefined) print(`${nick} is this device`)
    else print(`${nick} sees the same words after /verify, or somebody sits between you:\n  ${words.join(' ')}`)
  },
})
