import {qrRows} from '../../ui/qr-rows.js'
import {columnsOf} from '../../ui/width.js'
import {joinLineOf} from '../join-line.js'
import {defineCommand} from '../slash-command.js'

/** `/qr`: shows the line to type on the other computer, and the code, for a camera. */
export const qr = defineCommand({
  name: 'qr',
  group: 'host',
  summary: 'shows the join line and the code as a QR code',
  examples: ['/qr'],
  user: 'host',
  where: 'screen',
  async run({room, facts, window, print}) {
    const text = [joinLineOf(room(), facts), room().code].join('\n').trim()
    const rows = await qrRows(text, window)
    if (columnsOf(rows[0] ?? '') <= window.columns()) print(rows.join('\n'))
    else print(`the window is too narrow for a QR code; this is what it says:\n${text}`)
  },
})
