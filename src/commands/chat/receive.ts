import {boolean} from '@oclif/core/flags'
import {DoorCommand} from '../../cli/door-command.js'
import {acceptFlag, verbosityOf} from '../../cli/flags.js'
import {ChatctlError} from '../../errors/index.js'

/** Takes one delivery of files, and ends when its sender has gone. */
export default class Receive extends DoorCommand {
  static override hiddenAliases = ['chat:recv', 'chat:rx']
  static override summary = 'Take files without a conversation: one whole delivery'
  static override description =
    'Files are taken at once unless --accept says otherwise. It ends when a sender has brought all it had, and each ' +
    'file is verified; a delivery that fails does not count. `recv` and `rx` are short for it.'
  static override usage = '<%= command.id %> [-p PORT] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'CHATCTL_CODE=legal-zoo-abandon <%= config.bin %> <%= command.id %> --keep --out inbox --max-size 2G --json',
  ]
  static override flags = {
    accept: acceptFlag({description: 'What happens to offered files (default: all)'}),
    keep: boolean({description: 'Go on after the first delivery'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Receive)
    if (flags.out === '-') throw notYetToOutput()
    const acceptance = this.acceptance(flags.accept ?? 'all')
    const options = await this.doorOptions(flags)
    const [{receive}, {runReception}] = await Promise.all([
      import('../../receive.js'),
      import('../../cli/reception.js'),
    ])
    const reception = await receive({...options, ...acceptance, keep: flags.keep})
    const choices = {
      screen: this.progressScreen(verbosityOf(flags)),
      sendCommand: this.siblingCommand('send-file'),
      isAsking: acceptance.accept === 'ask',
    }
    await this.converse(reception, flags, {}, (conversation, io) => runReception(conversation, io, choices))
  }
}

function notYetToOutput(): ChatctlError {
  const hint = 'Receive into a directory; one that is called `-` is `./-`.'
  return new ChatctlError('bad-argument', 'files cannot be written to standard output yet', {hint})
}
