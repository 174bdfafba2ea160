import {PeersCommand} from '../../cli/peers-command.js'

/** Prints the fingerprint of this device. */
export default class Id extends PeersCommand {
  static override summary = "Print this device's fingerprint"
  static override description = 'It is the SHA-256 of the public key that the device made on its first run, in hex.'
  static override usage = '<%= command.id %> [FLAGS]'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(Id)
    const fingerprint = await this.ownFingerprint()
    await this.tell([fingerprint], {fingerprint})
  }
}
