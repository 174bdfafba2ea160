import {homedir} from 'node:os'
import {resolve} from 'node:path'
import type {Conversation} from '../conversation.js'
import type {ChatctlError} from '../errors/index.js'
import {eventLine} from '../repl/event-line.js'
import type {ShellIo} from '../repl/shell-io.js'
import {defaultPort} from './address.js'
import {BaseCommand} from './base-command.js'
import {defaultNick} from './default-nick.js'
import {codeFileFlag, memberFlags} from './flags.js'

/** Member flags, as they were parsed. */
export interface MemberFlags {
  nick: string | undefined
  out: string | undefined
  prefix: string
  accept: 'all' | 'ask' | 'none' | undefined
}

/** What a command decides about the shell. */
export type ShellChoices = Pick<ShellIo, 'waitMs' | 'timeoutMs' | 'verbosity'>

/** What `host` and `join` share: being a member of a room, in a shell. */
export abstract class RoomCommand extends BaseCommand {
  static override baseFlags = {...BaseCommand.baseFlags, ...memberFlags, 'code-file': codeFileFlag}

  /** What every member says about itself. */
  protected memberOptions(flags: MemberFlags) {
    return {
      nick: flags.nick ?? defaultNick(),
      out: resolve(flags.out ?? '.'),
      prefix: flags.prefix,
      accept: flags.accept ?? (this.mode === 'terminal' ? 'ask' : 'none'),
      home: this.home,
    }
  }

  /** Runs the shell until the conversation is over, and sets the exit code. */
  protected async converse(conversation: Conversation, outDirectory: string, choices: ShellChoices): Promise<void> {
    this.exits.leaveWith(() => conversation.leave())
    const [{runShell}, {mediaTypeOf}] = await Promise.all([
      import('../repl/run-shell.js'),
      import('../transfer/media-type.js'),
    ])
    const exitCode = await runShell(conversation, {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      mode: this.mode,
      color: this.color,
      cwd: process.cwd(),
      home: homedir(),
      mediaType: mediaTypeOf,
      facts: {version: this.config.version, outDirectory, joinCommand: this.#joinCommand(), defaultPort},
      ...choices,
    })
    // A signal has set another one, and is ending the process.
    process.exitCode ??= exitCode
  }

  protected override failure({code, message}: ChatctlError): string {
    return eventLine({event: 'error', code, message}, new Date())
  }

  #joinCommand(): string {
    const command = (this.id ?? '').replace(/[^:]+$/, 'join')
    const prefix = process.env['npm_command'] === 'exec' ? 'npx ' : ''
    return `${prefix}${this.config.bin} ${command.replaceAll(':', this.config.topicSeparator)}`
  }
}
