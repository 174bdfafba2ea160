import {ChatctlError} from '../../errors/index.js'
import {sanitiseLine} from '../../ui/sanitise.js'
import {member} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/unignore`: shows again what someone says. */
export const unignore = defineCommand({
  name: 'unignore',
  group: 'people',
  summary: 'shows again what someone says',
  examples: ['/unignore eve'],
  args: {nick: member({required: true})},
  run({ignored, print}, {args}) {
    const hint = '`/ignore` lists who is.'
    if (!ignored.remove(args.nick)) throw new ChatctlError('unknown-member', `${args.nick} is not ignored`, {hint})
    print(`${sanitiseLine(args.nick)} is heard again`)
  },
})
