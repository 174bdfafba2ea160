import {string as stringArg} from '@oclif/core/args'
import {boolean, string} from '@oclif/core/flags'
import {DeliveryView} from '../../cli/delivery-view.js'
import {deliveryJson, sentText, unsentText, worstError} from '../../cli/delivery.js'
import {compressFlag, rateFlag, secondsFlag, verbosityOf, type Verbosity} from '../../cli/flags.js'
import {PassingCommand} from '../../cli/passing-command.js'
import {present} from '../../cli/present.js'
import {write} from '../../cli/report.js'
import {requireSendable, standardInput} from '../../cli/standard-input.js'
import type {RoomEvent} from '../../conversation.js'
import type {ChatctlError} from '../../errors/index.js'
import type {SendFileResult} from '../../send-file.js'

/** Sends files and directories into a running room, and ends when the other side has verified them. */
export default class SendFile extends PassingCommand {
  static override summary = 'Send files and directories into a running room, and wait until they are verified there'
  static override usage = '<%= command.id %> --to HOST[:PORT] PATH... [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --to 192.168.1.5 report.pdf',
    '<%= config.bin %> <%= command.id %> --to 192.168.1.5 --for ana report.pdf',
    'tar c . | <%= config.bin %> <%= command.id %> --to 192.168.1.5 - --name work.tar',
    "<%= config.bin %> <%= command.id %> --to 192.168.1.5 --exclude '*.log' src",
    '<%= config.bin %> <%= command.id %> --to 192.168.1.5:5001 --code-file ~/.room-code --json *.log',
  ]
  static override args = {
    path: stringArg({
      description: 'What to send; `-` is standard input',
      multiple: true,
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    for: string({description: 'A member of the room, or `all` (default: the host)', helpValue: 'NICK'}),
    name: string({description: 'What standard input (`-`) is called (default: stdin)', helpValue: 'NAME'}),
    timeout: secondsFlag({description: 'How long an answer may take; 0 is no limit', default: 600}),
    resume: boolean({description: 'Go on where an earlier try stopped', default: true, allowNo: true}),
    exclude: string({
      description: 'What of a directory to leave out, as in .gitignore; may be repeated',
      helpValue: 'GLOB',
      multiple: true,
      multipleNonGreedy: true,
    }),
    links: boolean({description: 'Send symbolic links that stay inside their directory, too'}),
    compress: compressFlag(),
    bwlimit: rateFlag({description: 'The most bytes a second to send, such as 2M'}),
  }

  readonly #names = new Map<number, string>()
  #result: SendFileResult | undefined

  async run(): Promise<void> {
    const {args, flags} = await this.parse(SendFile)
    requireSendable(args.path, flags)
    const {name = 'stdin'} = flags
    const entry = await this.entryOptions(flags)
    const verbosity = verbosityOf(flags)
    const view = this.#view(args.path.length, flags.for, verbosity)
    if (args.path.includes('-') && process.stdin.isTTY && verbosity !== 'quiet') view.print(untilEnd)
    const {sendFile} = await import('../../send-file.js')
    const sending = this.unlessCalledOff(signal =>
      sendFile({
        ...entry,
        ...present({to: flags.for, bandwidthBytesPerSecond: flags.bwlimit}),
        paths: args.path.map(path =>
          path === '-' ? {stream: standardInput('Give its path in place of `-`.'), name} : path,
        ),
        isResumable: flags.resume,
        exclude: flags.exclude ?? [],
        links: flags.links,
        compression: flags.compress,
        answerTimeoutMs: flags.timeout * 1000,
        onOffered: ({transfer, name, to}) => this.#names.set(transfer, flags.for === 'all' ? `${name} to ${to}` : name),
        onEvent: event => this.#observe(event, view, verbosity),
        signal,
      }),
    )
    this.#result = this.#withTypedHints(await sending.finally(() => view.close()))
    await this.#tell(this.#result, verbosity)
  }

  protected override failure(error: ChatctlError): string {
    return deliveryJson(this.#result, error)
  }

  #withTypedHints(result: SendFileResult): SendFileResult {
    const files = result.files.map(file => (file.error ? {...file, error: this.withTypedHint(file.error)} : file))
    return {...result, files}
  }

  #observe(event: RoomEvent, view: DeliveryView, verbosity: Verbosity): void {
    this.connected()
    view.observe(event)
    if (event.event === 'remembered' && verbosity !== 'quiet') view.print(this.rememberedLine(event))
  }

  async #tell(result: SendFileResult, verbosity: Verbosity): Promise<void> {
    if (this.mode !== 'event' && verbosity !== 'quiet') await write(process.stdout, sentText(result))
    const error = worstError(result)
    if (error === undefined && this.mode === 'event') await write(process.stdout, `${deliveryJson(result)}\n`)
    if (error === undefined) return
    await write(process.stderr, unsentText(result))
    throw error
  }

  #view(fileCount: number, to: string | undefined, verbosity: Verbosity): DeliveryView {
    return new DeliveryView({
      ...this.progressScreen(verbosity),
      direction: 'send',
      nameOf: transfer => this.#names.get(transfer),
      // Who `all` are is known only there.
      ...(to !== 'all' && {fileCount}),
    })
  }
}

const untilEnd = 'sending what you type: Ctrl-D on a line of its own ends it'
