import {readNumber} from '../arguments.js'
import {defineSlashCommand} from '../slash-command.js'
import {splitWords} from '../words.js'

/** `/get`: takes an offered file, under another name if one is given. */
export const get = defineSlashCommand({
  name: 'get',
  aliases: ['accept'],
  group: 'files',
  summary: 'takes an offered file, also under another name',
  usage: 'N [AS]',
  user: 'anyone',
  parse: readTransferAndName,
  run({conversation}, {transfer, as}) {
    conversation.accept(transfer, as)
  },
})

function readTransferAndName(rest: string): {transfer: number; as: string | undefined} | undefined {
  const [number, as, ...others] = splitWords(rest) ?? []
  const transfer = readNumber(number)
  return transfer === undefined || others.length > 0 ? undefined : {transfer, as}
}
