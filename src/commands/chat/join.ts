import {string as stringArg} from '@oclif/core/args'
import {boolean, string} from '@oclif/core/flags'
import {bellFlag, compressFlag, dialPortFlag, secondsFlag, shortestSeconds, talkHandlerFlags} from '../../cli/flags.js'
import {present} from '../../cli/present.js'
import {RoomCommand} from '../../cli/room-command.js'

/** Enters a room and drops into the shell. */
export default class Join extends RoomCommand {
  static override summary = 'Join a room, and talk'
  static override description =
    'HOST is an address, a name, or what a remembered device is called here: then no other device is talked to. ' +
    'With `-h ADDRESS` the room there is joined; `-h` alone is help, as `--help` is.'
  static override usage = ['<%= command.id %> -h HOST[:PORT] [FLAGS]', '<%= command.id %> HOST[:PORT] [FLAGS]']
  static override examples = [
    '<%= config.bin %> <%= command.id %> -h 192.168.1.5',
    '<%= config.bin %> <%= command.id %> 192.168.1.5:5001 --nick ana',
    '<%= config.bin %> <%= command.id %> bob',
    'date | CHATCTL_CODE=legal-zoo-abandon <%= config.bin %> <%= command.id %> 192.168.1.5',
  ]
  // Otherwise oclif takes what comes on standard input for an argument that is missing.
  static override args = {host: stringArg({description: 'Where the host is, HOST[:PORT]', ignoreStdin: true})}
  static override flags = {
    host: string({char: 'h', description: 'Where the host is, HOST[:PORT]', helpValue: 'HOST'}),
    port: dialPortFlag,
    open: boolean({description: 'Enter also where the host proves nothing about itself'}),
    timeout: secondsFlag({
      description: 'For dialling, and for answers to offers once the input has ended',
      min: shortestSeconds,
    }),
    wait: secondsFlag({description: 'Listen that long once the input has ended'}),
    compress: compressFlag(),
    bell: bellFlag,
    ...talkHandlerFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Join)
    const member = this.memberOptions(flags)
    const guest = this.guest()
    const address = await guest.address([args.host, flags.host], flags.port)
    const code = guest.code(await this.givenCode(flags['code-file']))
    const open = guest.open(flags.open)
    const timeoutMs = toMs(flags.timeout)
    guest.connecting(address)
    const {join} = await import('../../join.js')
    const entering = join({
      ...member,
      ...address,
      open,
      ...present({code, timeoutMs, onNotice: guest.onNotice}),
    })
    const conversation = await entering.finally(() => guest.connected())
    await this.converse(conversation, flags, present({waitMs: toMs(flags.wait), timeoutMs}))
  }
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000
}
