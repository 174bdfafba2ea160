import {string as stringArg} from '@oclif/core/args'
import {PeersCommand} from '../../../cli/peers-command.js'

/** Remembers a device that has proved no code. */
export default class PeersAdd extends PeersCommand {
  static override summary = 'Remember a device without any code, by its fingerprint'
  static override description =
    'For machines that nobody sits at: `id` prints the fingerprint of each; added on both, they need no code at all.'
  static override usage = '<%= command.id %> FINGERPRINT NAME [FLAGS]'
  static override examples = ['<%= config.bin %> <%= command.id %> "$(ssh nas chatctl id)" nas']
  static override args = {
    fingerprint: stringArg({description: 'What `id` prints on that device', required: true, ignoreStdin: true}),
    name: stringArg({description: 'What it is to be called here', required: true, ignoreStdin: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(PeersAdd)
    const peer = await this.withPeers(known => known.add(args.fingerprint, args.name))
    await this.tell([`${peer.name} is remembered`], {peer})
  }
}
