/** The exit codes of shells: 128 and the signal's number. */
const exitCodes = {SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143} as const

type End = keyof typeof exitCodes

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const satisfies End[]
const outputs = [process.stdout, process.stderr]

/** How long leaving may take once the process has been told to end. */
export const leaveTimeoutMs = 1000

/**
 * Ends the process cleanly when a signal comes, or when nobody reads its output any more.
 *
 * Whoever has something to close first says so with {@link leaveWith}; a second signal does not wait for it.
 */
export class ExitWatch {
  #leave: () => Promise<void> = () => Promise.resolve()
  #isLeaving = false

  constructor() {
    for (const signal of signals) process.on(signal, this.#end)
    for (const output of outputs) output.on('error', this.#endOnBrokenPipe)
  }

  /** Gives what is to be done, for a second at most, before the process ends. */
  leaveWith(leave: () => Promise<void>): void {
    this.#leave = leave
  }

  /** Leaves signals and output to whoever else listens. */
  stop(): void {
    for (const signal of signals) process.off(signal, this.#end)
    for (const output of outputs) output.off('error', this.#endOnBrokenPipe)
  }

  readonly #end = (reason: End): void => {
    process.exitCode = exitCodes[reason]
    if (this.#isLeaving) process.exit()
    this.#isLeaving = true
    const exit = () => process.exit()
    setTimeout(exit, leaveTimeoutMs)
    this.#leave().then(exit, exit)
  }

  readonly #endOnBrokenPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
    if (!this.#isLeaving) this.#end('SIGPIPE')
  }
}
