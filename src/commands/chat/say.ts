import {string as stringArg} from '@oclif/core/args'
import {verbosityOf, secondsFlag, shortestSeconds, type Verbosity} from '../../cli/flags.js'
import {messagesOf} from '../../cli/messages-of.js'
import {PassingCommand} from '../../cli/passing-command.js'
import {write} from '../../cli/report.js'
import {resultJson} from '../../cli/result-json.js'
import {standardInput} from '../../cli/standard-input.js'
import type {RoomEvent} from '../../conversation.js'
import type {ChatctlError} from '../../errors/index.js'
import {requireMessage} from '../../repl/message-limit.js'
import {sanitiseLine} from '../../ui/sanitise.js'

/** Says something in a running room, and ends when the room has it. */
export default class Say extends PassingCommand {
  static override summary = 'Say something in a running room, and leave when the room has it'
  static override description = 'With `-` in place of TEXT, each line of standard input is a message, said as it comes.'
  static override usage = ['<%= command.id %> --to HOST[:PORT] TEXT... [FLAGS]', '<%= command.id %> --to HOST[:PORT] -']
  static override examples = [
    '<%= config.bin %> <%= command.id %> --to 192.168.1.5 the build is green',
    'tail -f build.log | <%= config.bin %> <%= command.id %> --to 192.168.1.5:5001 --code-file ~/.room-code -',
  ]
  static override args = {
    text: stringArg({description: 'What to say', multiple: true, required: true, ignoreStdin: true}),
  }
  static override flags = {
    timeout: secondsFlag({description: 'For dialling', default: 10, min: shortestSeconds}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Say)
    const isFromInput = args.text.length === 1 && args.text[0] === '-'
    const messages = isFromInput
      ? messagesOf(standardInput('Give it text, a file of it for instance: `chatctl say - < FILE`.'))
      : [args.text.join(' ')]
    if (Array.isArray(messages)) messages.forEach(requireMessage)
    const entry = {...(await this.entryOptions(flags)), timeoutMs: flags.timeout * 1000}
    const {say} = await import('../../say.js')
    const result = await this.unlessCalledOff(signal =>
      say({...entry, messages, onEvent: event => this.#observe(event, verbosityOf(flags)), signal}),
    )
    process.stdin.destroy()
    if (this.mode === 'event') await write(process.stdout, `${resultJson(result)}\n`)
    else if (verbosityOf(flags) === 'verbose')
      await write(
        process.stderr,
        `${result.peer} has it: ${result.messages} ${result.messages === 1 ? 'message' : 'messages'}\n`,
      )
  }

  #observe(event: RoomEvent, verbosity: Verbosity): void {
    this.connected()
    if (verbosity === 'quiet') return
    if (event.event === 'notice') process.stderr.write(`${sanitiseLine(event.message)}\n`)
    if (event.event === 'remembered') process.stderr.write(`${this.rememberedLine(event)}\n`)
  }

  protected override failure(error: ChatctlError): string {
    return resultJson(undefined, error)
  }
}
