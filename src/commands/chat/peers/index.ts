import {PeersCommand} from '../../../cli/peers-command.js'
import {write} from '../../../cli/report.js'
import {peerRows} from '../../../repl/peer-rows.js'

/** Lists the remembered devices. */
export default class Peers extends PeersCommand {
  static override summary = 'List the remembered devices: they enter without a code'
  static override description =
    'A device is remembered under a name of its own here, which is also what `join NAME` and `--to NAME` take.'
  static override usage = '<%= command.id %> [FLAGS]'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    await this.parse(Peers)
    const peers = await this.withPeers(known => known.list())
    if (peers.length === 0 && this.mode !== 'event') await write(process.stderr, 'no device is remembered\n')
    await this.tell(peerRows(peers, 'whole'), {peers})
  }
}
