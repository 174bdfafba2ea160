import {AsyncLocalStorage} from 'node:async_hooks'

/** The most lines of one plug-in that are told: what prints more is only noise. */
const maxToldLines = 100

/** Thrown in place of an exit that a plug-in asks for. */
class ExitRefused extends Error {
  override readonly name = 'ExitRefused'
}

/**
 * Tells what is done by a plug-in from what is chatctl's, through everything that follows from it: a plug-in that prints does not
 * print, one that exits does not exit, and what it throws where nobody waits for it ends nothing.
 */
export class Containment {
  onStray: (plugin: string, what: string) => void = () => undefined
  readonly #plugin = new AsyncLocalStorage<string>()
  readonly #told = new Map<string, number>()
  #isOn = false

  /** Whether it looks at what the process does. */
  get isOn(): boolean {
    return this.#isOn
  }

  /** Runs what is a plug-in's. */
  inside<Result>(plugin: string, work: () => Result): Result {
    return this.#plugin.run(plugin, work)
  }

  /** Runs what is chatctl's, though a plug-in asks for it. */
  outside<Result>(work: () => Result): Result {
    return this.#plugin.exit(work)
  }

  /** Begins to look at what the process does, once; without plug-ins nothing is looked at. */
  turnOn(): void {
    if (this.#isOn) return
    this.#isOn = true
    for (const stream of [process.stdout, process.stderr]) this.#holdOutput(stream)
    this.#holdExit()
    process.on('unhandledRejection', error => this.#takeFault(error))
    if (process.hasUncaughtExceptionCaptureCallback()) return
    process.setUncaughtExceptionCaptureCallback(error => this.#takeFault(error))
    this.#holdAlarm()
  }

  #holdOutput(stream: NodeJS.WriteStream): void {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean
    stream.write = (...args: unknown[]): boolean => {
      const plugin = this.#plugin.getStore()
      if (plugin === undefined) return write(...args)
      this.#tellLines(plugin, String(args[0]))
      const done = args.findLast(argument => typeof argument === 'function') as (() => void) | undefined
      if (done) process.nextTick(done)
      return true
    }
  }

  #holdExit(): void {
    const exit = process.exit.bind(process)
    process.exit = (code?: number | string | null): never => {
      const plugin = this.#plugin.getStore()
      if (plugin === undefined) return exit(code)
      this.#tell(plugin, `it wanted to end chatctl with ${String(code ?? 0)}`)
      throw new ExitRefused('it wanted to end chatctl')
    }
  }

  /** Who gives something back before a crash is not to hear of what ends nothing: Node tells them first. */
  #holdAlarm(): void {
    const emit = process.emit.bind(process) as (...args: unknown[]) => boolean
    const emitOthers = (...args: unknown[]): boolean => {
      const isContained = args[0] === 'uncaughtExceptionMonitor' && this.#plugin.getStore() !== undefined
      return !isContained && emit(...args)
    }
    process.emit = emitOthers as typeof process.emit
  }

  /** What is no plug-in's ends the process, as it does where nobody looks. */
  #takeFault(error: unknown): void {
    const plugin = this.#plugin.getStore()
    if (plugin !== undefined) return this.#blame(plugin, error)
    const emit = process.emit.bind(process) as (...args: unknown[]) => boolean
    if (emit('uncaughtException', error, 'uncaughtException')) return
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  }

  #blame(plugin: string, error: unknown): void {
    if (error instanceof ExitRefused) return
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    this.#tell(plugin, `it failed by itself: ${what.slice(0, 200)}`)
  }

  #tellLines(plugin: string, text: string): void {
    for (const line of text.split('\n')) if (line.trim() !== '') this.#tell(plugin, `it prints: ${line.slice(0, 500)}`)
  }

  #tell(plugin: string, what: string): void {
    const count = (this.#told.get(plugin) ?? 0) + 1
    this.#told.set(plugin, count)
    if (count > maxToldLines) return
    const isLast = count === maxToldLines
    this.outside(() => this.onStray(plugin, isLast ? 'it prints too much: no more of it is shown' : what))
  }
}
