import {integer} from '@oclif/core/flags'
import {DoorCommand} from '../../cli/door-command.js'
import {bellFlag, compressFlag, talkHandlerFlags} from '../../cli/flags.js'

/** Opens a room and drops into the shell. */
export default class Host extends DoorCommand {
  static override summary = 'Open a room, print how to join it, and talk'
  static override usage = '<%= command.id %> [-p PORT] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -p 0 --out ~/Downloads',
    'CHATCTL_CODE=legal-zoo-abandon <%= config.bin %> <%= command.id %> --json --accept all',
  ]
  static override flags = {
    'max-members': integer({
      description: 'Admit no more than this many, you included',
      default: 1000,
      min: 1,
      max: 10_000,
      helpValue: 'N',
    }),
    compress: compressFlag(),
    bell: bellFlag,
    ...talkHandlerFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Host)
    const options = await this.doorOptions(flags)
    const {host} = await import('../../host.js')
    await this.converse(await host({...options, maxMembers: flags['max-members']}), flags)
  }
}
