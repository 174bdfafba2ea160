import type {Writable} from 'node:stream'
import {boolean} from '@oclif/core/flags'
import {DoorCommand} from '../../cli/door-command.js'
import {acceptFlag, verbosityOf} from '../../cli/flags.js'
import {present} from '../../cli/present.js'
import {ChatctlError} from '../../errors/index.js'

/** Takes one delivery of files, and ends when its sender has gone. */
export default class Receive extends DoorCommand {
  static override hiddenAliases = ['chat:recv', 'chat:rx']
  static override summary = 'Take files without a conversation: one whole delivery'
  static override description =
    'Files are taken at once unless --accept says otherwise. It ends when a sender has brought all it had, and each ' +
    'file is verified; a delivery that fails does not count. `recv` and `rx` are short for it. With `-o -` one file goes to standard output as it comes; only exit code 0 says that it is whole.'
  static override usage = '<%= command.id %> [-p PORT] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -o - | tar x',
    'CHATCTL_CODE=legal-zoo-abandon <%= config.bin %> <%= command.id %> --keep --out inbox --max-size 2G --json',
  ]
  static override flags = {
    accept: acceptFlag({description: 'What happens to offered files (default: all)'}),
    keep: boolean({description: 'Go on after the first delivery'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Receive)
    const out = flags.out === '-' ? this.#output(flags) : flags.out
    const acceptance = this.acceptance(flags.accept ?? 'all')
    const options = await this.doorOptions(flags)
    const [{receive}, {runReception}] = await Promise.all([
      import('../../receive.js'),
      import('../../cli/reception.js'),
    ])
    const reception = await receive({...options, ...acceptance, ...present({out}), keep: flags.keep})
    const choices = {
      screen: this.progressScreen(verbosityOf(flags)),
      sendCommand: this.siblingCommand('send-file'),
      isAsking: acceptance.accept === 'ask',
    }
    await this.converse(reception, flags, {}, (conversation, io) => runReception(conversation, io, choices))
  }

  /** Standard output, for one file and for nothing else. */
  #output({keep}: {keep: boolean}): Writable {
    const {stdout} = process
    if (this.mode === 'event') throw useless('standard output cannot carry both the file and events')
    if (keep) throw useless('standard output takes one file, and --keep is for any number')
    if (stdout.isTTY)
      throw useless('standard output is a terminal', 'Pipe it into something: `-o - | tar x`, `-o - >file`.')
    this.exits.handOver(stdout)
    return stdout
  }
}

const directoryHint = 'Receive into a directory instead; one that is called `-` is `./-`.'

function useless(message: string, hint = directoryHint): ChatctlError {
  return new ChatctlError('bad-argument', message, {hint})
}
