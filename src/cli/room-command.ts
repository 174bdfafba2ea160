import {homedir, networkInterfaces} from 'node:os'
import {resolve} from 'node:path'
import type {Compression, Conversation} from '../conversation.js'
import type {ChatctlError} from '../errors/index.js'
import type {IntakeOptions} from '../intake.js'
import {eventLine} from '../repl/event-line.js'
import type {ShellIo} from '../repl/shell-io.js'
import {defaultPort} from './address.js'
import {BaseCommand} from './base-command.js'
import {defaultNick} from './default-nick.js'
import type {EventHandlers} from './event-handlers.js'
import {codeFileFlag, memberFlags, verbosityOf} from './flags.js'
import {interfaceNames} from './interface-names.js'
import {present} from './present.js'
import {decideReflow} from './reflow.js'
import {redact} from './secrets.js'

/** Member flags, as they were parsed. */
export interface MemberFlags {
  nick: string | undefined
  out: string | undefined
  prefix: string
  accept: 'all' | 'known' | 'ask' | 'none' | undefined
  'on-conflict': 'rename' | 'overwrite' | 'skip' | undefined
  'max-size': number | undefined
  bwlimit: number | undefined
  compress?: Compression
  bell?: boolean
  'on-message'?: string[] | undefined
  'on-file'?: string[] | undefined
  'on-join'?: string[] | undefined
  quiet: boolean
  verbose: boolean
}

/** What a command decides about the shell. */
export type ShellChoices = Pick<ShellIo, 'waitMs' | 'timeoutMs'>

/** What shows a conversation until it is over; returns the exit code of the process. */
export type FrontEnd = (conversation: Conversation, io: ShellIo) => Promise<number>

/** What `host`, `join` and `receive` share: being a member of a room, in a shell. */
export abstract class RoomCommand extends BaseCommand {
  static override baseFlags = {...BaseCommand.baseFlags, ...memberFlags, 'code-file': codeFileFlag}

  /** What every member says about itself. */
  protected memberOptions(flags: MemberFlags) {
    return {
      nick: flags.nick ?? defaultNick(),
      out: outDirectory(flags),
      prefix: flags.prefix,
      ...this.acceptance(flags.accept),
      ...present({maxBytes: flags['max-size'], onConflict: flags['on-conflict']}),
      home: this.home,
    }
  }

  /** What happens to offers: unless it is said, a person is asked, and a script takes nothing. */
  protected acceptance(accept: MemberFlags['accept']): Pick<IntakeOptions, 'accept' | 'acceptKnown'> {
    const unsaid = this.mode === 'terminal' ? 'ask' : 'none'
    return accept === 'known' ? {accept: unsaid, acceptKnown: true} : {accept: accept ?? unsaid}
  }

  /** Runs the shell, or another front end, until the conversation is over, and sets the exit code. */
  protected async converse(
    conversation: Conversation,
    flags: MemberFlags,
    choices: ShellChoices = {},
    frontEnd?: FrontEnd,
  ): Promise<void> {
    conversation.limitBandwidth(flags.bwlimit)
    if (flags.compress) conversation.compression = flags.compress
    this.exits.leaveWith(() => conversation.leave())
    const [{runShell}, {mediaTypeOf}, {OclifPlugins}] = await Promise.all([
      import('../repl/run-shell.js'),
      import('../transfer/media-type.js'),
      import('./plugins/plugin-source.js'),
    ])
    const run = frontEnd ?? runShell
    const handlers = await handlersOf(flags)
    const plugins = new OclifPlugins(this.config, this.home)
    const exitCode = await run(conversation, {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      mode: this.mode,
      look: this.look,
      cwd: process.cwd(),
      home: homedir(),
      mediaType: mediaTypeOf,
      plugins,
      openEditor: text => this.exits.withoutInterrupts(async () => (await import('./editor.js')).editText(text)),
      ...(handlers && {onEvent: (event, warn) => handlers.observe(event, warn)}),
      facts: {
        version: this.version,
        outDirectory: outDirectory(flags),
        joinCommand: this.siblingCommand('join'),
        interfaces: interfaceNames(networkInterfaces()),
        defaultPort,
      },
      ...present({hasBell: flags.bell}),
      reflow: decideReflow(process.env),
      dataDirectory: this.home,
      redact,
      verbosity: verbosityOf(flags),
      ...choices,
    })
    await handlers?.settled()
    // Whatever a plug-in has made of it.
    process.exitCode = this.exits.exitCode ?? exitCode
    if (plugins.areLoaded) this.exit(process.exitCode)
  }

  protected override failure({code, message}: ChatctlError): string {
    return eventLine({event: 'error', code, message}, new Date())
  }
}

/** What runs commands is loaded only where there are any. */
async function handlersOf(flags: MemberFlags): Promise<EventHandlers | undefined> {
  const commands = {message: flags['on-message'], file: flags['on-file'], join: flags['on-join']}
  if (Object.values(commands).every(words => words === undefined)) return undefined
  const {EventHandlers: Handlers} = await import('./event-handlers.js')
  return new Handlers(commands)
}

function outDirectory({out = '.'}: MemberFlags): string {
  return resolve(out)
}
