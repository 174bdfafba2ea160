import {basename} from 'node:path'
import {string as stringArg} from '@oclif/core/args'
import {boolean, string} from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.js'
import {DeliveryView} from '../../cli/delivery-view.js'
import {deliveryJson, sentText, unsentText, worstError} from '../../cli/delivery.js'
import {defaultNick} from '../../cli/default-nick.js'
import {codeFileFlag, dialPortFlag, nickFlag, secondsFlag, verbosityOf, type Verbosity} from '../../cli/flags.js'
import {Guest} from '../../cli/guest.js'
import {present} from '../../cli/present.js'
import {write} from '../../cli/report.js'
import {ChatctlError} from '../../errors/index.js'
import type {SendFileResult} from '../../send-file.js'

/** Sends files into a running room, and ends when the other side has verified them. */
export default class SendFile extends BaseCommand {
  static override summary = 'Send files to a running host, and wait until they are verified there'
  static override usage = '<%= command.id %> --to HOST[:PORT] PATH... [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --to 192.168.1.5 report.pdf',
    '<%= config.bin %> <%= command.id %> --to 192.168.1.5:5001 --code-file ~/.room-code --json *.log',
  ]
  static override args = {
    path: stringArg({description: 'What to send', multiple: true, required: true, ignoreStdin: true}),
  }
  static override flags = {
    to: string({description: 'Where the host is, HOST[:PORT]', helpValue: 'HOST'}),
    port: dialPortFlag,
    nick: nickFlag,
    'code-file': codeFileFlag,
    open: boolean({description: 'Send also where the host proves nothing about itself'}),
    timeout: secondsFlag({description: 'How long an answer may take; 0 is no limit', default: 600}),
  }

  #result: SendFileResult | undefined

  async run(): Promise<void> {
    const {args, flags} = await this.parse(SendFile)
    if (args.path.includes('-')) throw notYetFromInput()
    const guest = new Guest(this.mode, this.terminal)
    const address = await guest.address([flags.to], flags.port)
    const code = guest.code(await this.givenCode(flags['code-file']))
    const verbosity = verbosityOf(flags)
    const view = this.#view(args.path, verbosity)
    const {sendFile} = await import('../../send-file.js')
    const giveUp = new AbortController()
    const sending = sendFile({
      ...address,
      ...present({code}),
      open: guest.open(flags.open),
      nick: flags.nick ?? defaultNick(),
      home: this.home,
      paths: args.path,
      answerTimeoutMs: flags.timeout * 1000,
      onEvent: event => view.observe(event),
      signal: giveUp.signal,
    })
    this.exits.leaveWith(async () => {
      giveUp.abort(new ChatctlError('cancelled', 'the delivery was called off'))
      await sending
    })
    this.#result = await sending.finally(() => view.close())
    await this.#tell(this.#result, verbosity)
  }

  protected override failure(error: ChatctlError): string {
    return deliveryJson(this.#result, error)
  }

  async #tell(result: SendFileResult, verbosity: Verbosity): Promise<void> {
    if (this.mode !== 'event' && verbosity !== 'quiet') await write(process.stdout, sentText(result))
    const error = worstError(result)
    if (error === undefined && this.mode === 'event') await write(process.stdout, `${deliveryJson(result)}\n`)
    if (error === undefined) return
    await write(process.stderr, unsentText(result))
    throw error
  }

  #view(paths: string[], verbosity: Verbosity): DeliveryView {
    const isRedrawn = this.mode === 'terminal' && process.stderr.isTTY && verbosity !== 'quiet'
    const [first = ''] = paths
    const name = paths.length === 1 ? basename(first) : `${paths.length} files`
    return new DeliveryView({
      stderr: process.stderr,
      isRedrawn,
      verbosity,
      name,
      fileCount: paths.length,
      now: Date.now,
    })
  }
}

function notYetFromInput(): ChatctlError {
  const hint = 'Write it to a file first, and send that; a file that is called `-` is `./-`.'
  return new ChatctlError('bad-argument', 'standard input cannot be sent yet', {hint})
}
