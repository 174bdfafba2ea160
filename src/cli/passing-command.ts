import {boolean, string} from '@oclif/core/flags'
import type {RoomEvent} from '../conversation.js'
import type {EntryOptions} from '../entry-options.js'
import {rememberedText} from '../repl/event-text.js'
import {BaseCommand} from './base-command.js'
import {defaultNick} from './default-nick.js'
import {codeFileFlag, dialPortFlag, nickFlag} from './flags.js'
import {present} from './present.js'

/** The flags of whoever passes by, as they were parsed. */
export interface PassingFlags {
  to: string | undefined
  port: number | undefined
  nick: string | undefined
  'code-file': string | undefined
  open: boolean
}

/** What `send-file` and `say` share: they come to a running room, do one thing, and go. */
export abstract class PassingCommand extends BaseCommand {
  static override baseFlags = {
    ...BaseCommand.baseFlags,
    to: string({description: 'Where the host is, HOST[:PORT]', helpValue: 'HOST'}),
    port: dialPortFlag,
    nick: nickFlag,
    'code-file': codeFileFlag,
    open: boolean({description: 'Go on also where the host proves nothing about itself'}),
  }

  readonly #guest = this.guest()

  /** What it takes to be let in. */
  protected async entryOptions(flags: PassingFlags): Promise<EntryOptions> {
    const address = await this.#guest.address([flags.to], flags.port)
    const code = this.#guest.code(await this.givenCode(flags['code-file']))
    const nick = flags.nick ?? defaultNick()
    this.#guest.connecting(address)
    return {...address, ...present({code}), open: this.#guest.open(flags.open), nick, home: this.home}
  }

  /** What it means that the host is remembered now, and how to undo it. */
  protected rememberedLine(event: Extract<RoomEvent, {event: 'remembered'}>): string {
    return rememberedText(event, `\`${this.siblingCommand('peers')} forget ${event.name}\``)
  }

  /** Whatever is heard of the room is heard because it was reached. */
  protected connected(): void {
    this.#guest.connected()
  }

  protected override unlessCalledOff<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return super.unlessCalledOff(work).finally(() => this.connected())
  }
}
