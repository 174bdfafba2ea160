import {readNumber, readOptionalWord} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/invite`: makes a new code, which the room then announces; a code that the host was started with only rests. */
export const invite = defineSlashCommand({
  name: 'invite',
  aliases: ['code'],
  group: 'host',
  summary: 'makes a new code (for N guests)',
  usage: '[N]',
  user: 'host',
  parse: readUses,
  run({room}, {uses}) {
    room.invite(uses)
  },
})

function readUses(rest: string): {uses?: number} | undefined {
  const read = readOptionalWord(rest)
  if (read?.word === undefined) return read && {}
  const uses = readNumber(read.word)
  return uses === undefined ? undefined : {uses}
}
