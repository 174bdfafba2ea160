import {formatRate} from '../../ui/format.js'
import {parseRate} from '../../ui/parse-bytes.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/bwlimit`: holds files to so many bytes a second, in each direction, or lifts that. */
export const bwlimit = defineSlashCommand({
  name: 'bwlimit',
  group: 'files',
  summary: 'holds files to a rate, such as 2M',
  usage: '[RATE|off]',
  user: 'anyone',
  parse: readLimit,
  run({conversation, print}, change) {
    if ('bytesPerSecond' in change) conversation.limitBandwidth(change.bytesPerSecond)
    const limit = conversation.bandwidthLimit
    print(
      limit === undefined ? 'files move as fast as they can' : `files move at ${formatRate(limit)} at most, each way`,
    )
  },
})

/** What it is changed to; nothing when it is only asked for. */
function readLimit(rest: string): {bytesPerSecond: number | undefined} | object | undefined {
  const text = rest.trim()
  if (text === '') return {}
  const bytesPerSecond = parseRate(text)
  return text === 'off' || bytesPerSecond !== undefined ? {bytesPerSecond} : undefined
}
