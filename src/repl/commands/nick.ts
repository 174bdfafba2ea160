import {string} from '../parameter.js'
import {defineCommand} from '../slash-command.js'

/** `/nick`: takes another nick. */
export const nick = defineCommand({
  name: 'nick',
  group: 'talk',
  summary: 'takes another nick',
  examples: ['/nick anna'],
  args: {name: string({required: true})},
  run: ({conversation}, {args}) => conversation.rename(args.name),
})
