import type {Offer} from '../../conversation.js'
import {sanitiseLine} from '../../ui/sanitise.js'
import {offerText} from '../event-text.js'
import {defineCommand} from '../slash-command.js'

/** `/offers`: lists the files that wait for an answer. */
export const offers = defineCommand({
  name: 'offers',
  group: 'files',
  summary: 'lists the files that wait for your answer',
  examples: ['/offers'],
  run({conversation, print}) {
    const waiting = conversation.offers()
    print(waiting.length === 0 ? 'nothing waits for an answer' : waiting.map(describe).join('\n'))
  },
})

function describe(offer: Offer): string {
  return `${offerText(offer)}  from ${sanitiseLine(offer.from.nick)}`
}
