import {boolean, integer, string} from '@oclif/core/flags'
import {listenPortFlag, verbosityOf} from '../../cli/flags.js'
import {present} from '../../cli/present.js'
import {RoomCommand} from '../../cli/room-command.js'
import {ChatctlError} from '../../errors/index.js'

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
    'max-members': integer({
      description: 'Admit no more than this many, you included',
      default: 1000,
      min: 1,
      max: 10_000,
      helpValue: 'N',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Host)
    const member = this.memberOptions(flags)
    const code = await this.givenCode(flags['code-file'])
    if (flags.open && code !== undefined) throw openWithCode()
    const {host} = await import('../../host.js')
    const room = await host({
      ...member,
      ...present({bind: flags.bind, code}),
      port: flags.port,
      open: flags.open,
      maxMembers: flags['max-members'],
    })
    await this.converse(room, member.out, {verbosity: verbosityOf(flags)})
  }
}

function openWithCode(): ChatctlError {
  const hint = 'Leave out --open to ask for the code, or the code (CHATCTL_CODE, --code-file) to admit everyone.'
  return new ChatctlError('bad-argument', 'a room that is open has no code, and both are given', {hint})
}
