import {string as stringArg} from '@oclif/core/args'
import {PeersCommand} from '../../../cli/peers-command.js'

/** Forgets a device. */
export default class PeersForget extends PeersCommand {
  static override summary = 'Forget a device: it proves a code the next time'
  static override usage = '<%= command.id %> NAME [FLAGS]'
  static override examples = ['<%= config.bin %> <%= command.id %> bob']
  static override args = {name: stringArg({description: 'What it is called here', required: true, ignoreStdin: true})}

  async run(): Promise<void> {
    const {args} = await this.parse(PeersForget)
    const peer = await this.withPeers(known => known.forget(args.name))
    await this.tell([`${peer.name} is forgotten: a code is asked the next time`], {peer})
  }
}
