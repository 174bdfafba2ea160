import {sanitiseLine} from '../../ui/sanitise.js'
import {custom} from '../parameter.js'
import {parseNumber} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

const failedOffer = custom<number>({
  label: 'N',
  parse: parseNumber,
  complete: (_word, {undelivered: failed}) =>
    failed().map(({transfer, name, to}) => ({text: String(transfer), summary: sanitiseLine(`${name}  to ${to}`)})),
})

/** `/retry`: offers a file again that did not arrive. */
export const retry = defineCommand({
  name: 'retry',
  group: 'files',
  summary: 'offers again what did not arrive',
  examples: ['/retry 1'],
  args: {number: failedOffer({required: true})},
  async run({retry: offerAgain}, {args}) {
    await offerAgain(args.number)
  },
})
