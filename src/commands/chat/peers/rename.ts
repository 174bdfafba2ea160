import {string as stringArg} from '@oclif/core/args'
import {PeersCommand} from '../../../cli/peers-command.js'

/** Gives a remembered device another name. */
export default class PeersRename extends PeersCommand {
  static override summary = 'Give a remembered device another name'
  static override usage = '<%= command.id %> NAME NEW [FLAGS]'
  static override examples = ['<%= config.bin %> <%= command.id %> bob bob-laptop']
  static override args = {
    name: stringArg({description: 'What it is called here', required: true, ignoreStdin: true}),
    new: stringArg({description: 'What it is to be called', required: true, ignoreStdin: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(PeersRename)
    const peer = await this.withPeers(known => known.rename(args.name, args.new))
    await this.tell([`it is ${peer.name} now`], {peer})
  }
}
