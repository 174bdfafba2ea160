import {boolean, string} from '@oclif/core/flags'
import {ChatctlError} from '../errors/index.js'
import type {HostOptions} from '../host.js'
import {listenPortFlag} from './flags.js'
import {present} from './present.js'
import {RoomCommand, type MemberFlags} from './room-command.js'

/** The flags of whoever listens, as they were parsed. */
export interface DoorFlags extends MemberFlags {
  port: number
  bind: string | undefined
  open: boolean
  'code-only': boolean
  'code-file': string | undefined
}

/** What `host` and `receive` share: they listen, and let in who proves a code. */
export abstract class DoorCommand extends RoomCommand {
  static override baseFlags = {
    ...RoomCommand.baseFlags,
    port: listenPortFlag,
    bind: string({description: 'Listen on this address only (default: all)', helpValue: 'ADDR'}),
    open: boolean({description: 'Admit without a code: anyone who reaches the port gets in'}),
    'code-only': boolean({description: 'Ask remembered devices for the code, too', exclusive: ['open']}),
  }

  /** Where to listen, and whom to let in. */
  protected async doorOptions(flags: DoorFlags): Promise<HostOptions> {
    const code = await this.givenCode(flags['code-file'])
    if (flags.open && code !== undefined) throw openWithCode()
    const {port, bind, open, 'code-only': codeOnly} = flags
    return {...this.memberOptions(flags), ...present({bind, code}), port, open, codeOnly}
  }
}

function openWithCode(): ChatctlError {
  const hint = 'Leave out --open to ask for the code, or the code (CHATCTL_CODE, --code-file) to admit everyone.'
  return new ChatctlError('bad-argument', 'a room that is open has no code, and both are given', {hint})
}
