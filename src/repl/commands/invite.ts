import {integer} from '../parameter.js'
import {defineCommand} from '../slash-command.js'

/** `/invite`: makes a new code, which the room then announces; a code that the host was started with only rests. */
export const invite = defineCommand({
  name: 'invite',
  aliases: ['code'],
  group: 'host',
  summary: 'makes a new code (for N guests)',
  examples: ['/invite', '/invite 1'],
  user: 'host',
  args: {uses: integer({label: 'N', min: 1, max: 999_999_999})},
  run({room}, {args}) {
    room().invite(args.uses)
  },
})
