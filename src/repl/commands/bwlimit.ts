import {formatRate} from '../../ui/format.js'
import {parseRate} from '../../ui/parse-bytes.js'
import {custom} from '../parameter.js'
import {defineCommand} from '../slash-command.js'

const rate = custom<number | 'off'>({
  label: 'RATE|off',
  parse: readRate,
  complete: () => [{text: 'off', summary: 'as fast as they can'}],
})

/** `/bwlimit`: holds files to so many bytes a second, in each direction, or lifts that. */
export const bwlimit = defineCommand({
  name: 'bwlimit',
  group: 'files',
  summary: 'holds files to a rate, such as 2M',
  examples: ['/bwlimit 2M', '/bwlimit off'],
  args: {rate: rate()},
  run({conversation, print}, {args}) {
    if (args.rate !== undefined) conversation.limitBandwidth(args.rate === 'off' ? undefined : args.rate)
    const limit = conversation.bandwidthLimit
    print(
      limit === undefined ? 'files move as fast as they can' : `files move at ${formatRate(limit)} at most, each way`,
    )
  },
})

function readRate(text: string): number | 'off' {
  const bytesPerSecond = text === 'off' ? 'off' : parseRate(text)
  if (bytesPerSecond === undefined) throw new Error(`${JSON.stringify(text)} is not a rate such as 2M or 500k`)
  return bytesPerSecond
}
