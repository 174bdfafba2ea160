import {sanitiseLine} from '../../ui/sanitise.js'
import {readOptionalWord} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/verify`: shows the words that two people compare to know that nobody sits between their devices. */
export const verify = defineSlashCommand({
  name: 'verify',
  group: 'trust',
  summary: 'shows words to compare with someone, aloud',
  usage: '[NICK]',
  user: 'anyone',
  parse: readOptionalWord,
  async run({conversation, print}, {word}) {
    const {member, words} = await conversation.verify(word)
    const nick = sanitiseLine(member.nick)
    if (words === undefined) print(`${nick} is this device`)
    else print(`${nick} sees the same words after /verify, or somebody sits between you:\n  ${words.join(' ')}`)
  },
})
