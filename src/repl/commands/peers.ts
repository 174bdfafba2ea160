import {readNothing} from '../arguments.js'
import {peerRows} from '../peer-rows.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/peers`: lists the remembered devices. */
export const peers = defineSlashCommand({
  name: 'peers',
  group: 'trust',
  summary: 'lists the remembered devices',
  user: 'anyone',
  parse: readNothing,
  run({conversation, print}) {
    const rows = peerRows(conversation.peers(), 'short')
    print(rows.length === 0 ? 'no device is remembered' : rows.join('\n'))
  },
})
