import {Command} from '@oclif/core/command'
import {ExitError} from '@oclif/core/errors'
import {toConfiguredId} from '@oclif/core/util/ids'
import {homedir, hostname} from 'node:os'
import {ChatctlError} from '../errors/index.js'
import {shellClock} from '../repl/shell-clock.js'
import {asTyped} from '../ui/as-typed.js'
import type {Look} from '../ui/look.js'
import {createTheme} from '../ui/theme.js'
import {readCodeFile, takeCode} from './code.js'
import {commandStartOf} from './command-start.js'
import type {ProgressScreen} from './delivery-view.js'
import {ExitWatch} from './exit-watch.js'
import {outputFlags, type Verbosity} from './flags.js'
import {Guest} from './guest.js'
import {dataDirectory} from './home.js'
import {decideLook} from './look.js'
import {Interrupted} from './prompts.js'
import {isExit, report, toReportable, write} from './report.js'
import {keepSecret} from './secrets.js'
import {decideMode, type Mode} from './streams.js'

/** What the commands share: how the streams are used, where the code comes from, and how an end is reported. */
export abstract class BaseCommand extends Command {
  static override baseFlags = outputFlags

  protected readonly mode: Mode = decideMode({
    isStdinTerminal: process.stdin.isTTY,
    isStdoutTerminal: process.stdout.isTTY,
    argv: this.argv,
    env: process.env,
  })
  protected readonly look = {stdout: this.#lookOf(process.stdout), stderr: this.#lookOf(process.stderr)}
  protected readonly home = dataDirectory({platform: process.platform, homeDirectory: homedir(), env: process.env})
  protected readonly terminal = {input: process.stdin, output: process.stdout}
  protected readonly exits = new ExitWatch(this.look.stderr)
  readonly #codeFromEnvironment = takeCode(process.env)

  #markEnded: () => void = () => undefined
  readonly #ended = new Promise<void>(resolve => (this.#markEnded = resolve))

  /** Returns the line that `--json` prints when the command fails. */
  protected abstract failure(error: ChatctlError): string

  /** Where progress is shown: as a bar only to a person who looks, and wants to see it. */
  protected progressScreen(verbosity: Verbosity): ProgressScreen {
    const isRedrawn = this.mode === 'terminal' && process.stderr.isTTY && verbosity !== 'quiet'
    const {fit} = createTheme(this.look.stderr)
    return {stderr: process.stderr, isRedrawn, verbosity, clock: shellClock, fit}
  }

  /** Who is to be let in somewhere. */
  protected guest(): Guest {
    return new Guest(this.mode, this.terminal, createTheme(this.look.stdout))
  }

  /** The code that a script gave; undefined when it gave none. */
  protected async givenCode(codeFile: string | undefined): Promise<string | undefined> {
    const code = codeFile === undefined ? this.#codeFromEnvironment : await readCodeFile(codeFile, process.stdin)
    return code === undefined ? undefined : keepSecret(code)
  }

  /** What people type to run another of these commands. */
  protected siblingCommand(name: string): string {
    return this.#commandStart + name
  }

  /** Returns an error whose hint names commands as they are typed here. */
  protected withTypedHint(error: ChatctlError): ChatctlError {
    const [hint = ''] = error.suggestions
    const typed = asTyped(hint, this.#commandStart)
    return typed === hint ? error : new ChatctlError(error.code, error.message, {hint: typed, cause: error})
  }

  /** Of chatctl itself, whatever CLI it is mounted in. */
  protected get version(): string {
    return this.ctor.plugin?.version ?? this.config.version
  }

  /** Does what the command is for; the end of the process calls it off, and waits for its goodbye and its result. */
  protected async unlessCalledOff<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const giveUp = new AbortController()
    this.exits.leaveWith(async () => {
      giveUp.abort(this.exits.interruption ?? new ChatctlError('cancelled', 'it was called off'))
      await this.#ended
    })
    return work(giveUp.signal)
  }

  protected override async catch(error: Error): Promise<never> {
    if (isExit(error)) throw error
    if (error instanceof Interrupted) this.exit(130)
    if (this.exits.interruption) return this.#endInterrupted(this.exits.interruption)
    const name = `${this.config.bin} ${toConfiguredId(this.id ?? '', this.config)}`
    const reportable = this.withTypedHint(toReportable(error, `\`${name} --help\` says what it takes.`))
    if (this.mode === 'event') await write(process.stdout, `${this.failure(reportable)}\n`)
    await report(reportable, this.look.stderr)
    this.exit(reportable.exitCode)
  }

  /** Ends quietly, also where it is mounted: the oclif of the other CLI is another copy, and would tell of ours. */
  override exit(code = 0): never {
    throw Object.assign(new ExitError(code), {skipOclifErrorHandling: true})
  }

  protected override finally(): Promise<void> {
    this.exits.stop()
    this.#markEnded()
    return Promise.resolve()
  }

  /** What is typed before the name of each of these commands. */
  get #commandStart(): string {
    return commandStartOf(this.config, process.env, this.id)
  }

  /** Who ended it knows: only a script is told. */
  async #endInterrupted(interruption: ChatctlError): Promise<never> {
    if (this.mode === 'event') await write(process.stdout, `${this.failure(interruption)}\n`)
    this.exit(interruption.exitCode)
  }

  #lookOf({isTTY}: NodeJS.WriteStream): Look {
    const {mode, argv} = this
    const {env, platform} = process
    const commandStart = this.#commandStart
    return decideLook({isTerminal: isTTY, mode, argv, env, platform, hostname: hostname(), commandStart})
  }
}
