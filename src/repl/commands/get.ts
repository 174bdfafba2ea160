import {string} from '../parameter.js'
import {offer} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/get`: takes an offered file, under another name if one is given. */
export const get = defineCommand({
  name: 'get',
  aliases: ['accept'],
  group: 'files',
  summary: 'takes an offered file, also under another name',
  examples: ['/get 1', '/get 1 "last report.pdf"'],
  args: {number: offer({required: true}), as: string()},
  run({conversation}, {args}) {
    conversation.accept(args.number, args.as)
  },
})
