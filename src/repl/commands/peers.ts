import {peerRows} from '../peer-rows.js'
import {defineCommand} from '../slash-command.js'

/** `/peers`: lists the remembered devices. */
export const peers = defineCommand({
  name: 'peers',
  group: 'trust',
  summary: 'lists the remembered devices',
  examples: ['/peers'],
  run({conversation, print}) {
    const rows = peerRows(conversation.peers(), 'short')
    print(rows.length === 0 ? 'no device is remembered' : rows.join('\n'))
  },
})
