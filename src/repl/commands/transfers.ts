import type {Member, Transfer, TransferPause} from '../../conversation.js'
import {formatPart, formatSize} from '../../errors/format-size.js'
import {formatRate} from '../../ui/format.js'
import {sanitiseLine} from '../../ui/sanitise.js'
import {defineCommand} from '../slash-command.js'

/** `/transfers`: lists the files that are offered or on their way, in both directions. */
export const transfers = defineCommand({
  name: 'transfers',
  group: 'files',
  summary: 'lists what is offered or on its way',
  examples: ['/transfers'],
  run({conversation, print}) {
    const all = conversation.transfers()
    print(all.length === 0 ? 'nothing is on its way' : all.map(describe).join('\n'))
  },
})

function describe(transfer: Transfer): string {
  const {direction, name, peer} = transfer
  const whose = `${direction === 'send' ? 'to' : 'from'} ${sanitiseLine(peer.nick)}`
  return `#${transfer.transfer}  ${sanitiseLine(name)}  ${whose}  ${stateOf(transfer)}`
}

function stateOf({state, bytes, moved, rate, pause, peer}: Transfer): string {
  if (pause !== undefined) return `${formatPart(moved, bytes)}  ${pauseText(pause, peer)}`
  if (state === 'moving') return `${formatPart(moved, bytes)}  ${formatRate(rate)}`
  return `${bytes === null ? 'size unknown' : formatSize(bytes)}  offered`
}

function pauseText({by, code}: TransferPause, {nick}: Member): string {
  if (code === 'disk-full') return by === 'self' ? 'paused, the disk is full' : 'paused, the disk there is full'
  return by === 'self' ? 'paused here' : `paused by ${sanitiseLine(nick)}`
}
