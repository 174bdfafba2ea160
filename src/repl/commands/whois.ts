import type {Identity} from '../../conversation.js'
import {sanitiseLine} from '../../ui/sanitise.js'
import {member} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/whois`: tells what is known of someone who is here. */
export const whois = defineCommand({
  name: 'whois',
  group: 'people',
  summary: 'tells what is known of someone here',
  examples: ['/whois ana'],
  args: {nick: member({required: true})},
  run({conversation, host, ignored, print}, {args}) {
    const identity = conversation.identify(args.nick)
    const {nick, id} = identity.member
    const facts = [id === host().id ? 'hosts this room' : 'is here', ...deviceFacts(identity)]
    if (ignored.nicks.includes(nick)) facts.push('is ignored here')
    print([`${sanitiseLine(nick)}:`, ...facts.map(fact => `  ${fact}`)].join('\n'))
  },
})

function deviceFacts({fingerprint, knownAs}: Identity): string[] {
  if (fingerprint === undefined) return ['only the host has met the device']
  const name = knownAs === undefined ? 'is not remembered here' : `is remembered as ${sanitiseLine(knownAs)}`
  return [name, `device ${fingerprint}`]
}
