import {boolean, string} from '@oclif/core/flags'
import {listenPortFlag, verbosityOf} from '../../cli/flags.js'
import {present} from '../../cli/present.js'
import {RoomCommand} from '../../cli/room-command.js'

/** Opens a room and drops into the shell. */
export default class Host extends RoomCommand {
  static override summary = 'Open a room, print how to join it, and talk'
  static override usage = '<%= command.id %> [-p PORT] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -p 0 --out ~/Downloads',
    'CHATCTL_CODE=legal-zoo-abandon <%= config.bin %> <%= command.id %> --json --accept all',
  ]
  static override flags = {
    port: listenPortFlag,
    bind: string({description: 'Listen on this address only (default: all)', helpValue: 'ADDR'}),
    open: boolean({description: 'Admit without a code: anyone who reaches the port gets in'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Host)
    const member = this.memberOptions(flags)
    const code = await this.givenCode(flags['code-file'])
    const {host} = await import('../../host.js')
    const room = await host({...member, port: flags.port, open: flags.open, ...present({bind: flags.bind, code})})
    await this.converse(room, member.out, {verbosity: verbosityOf(flags)})
  }
}
