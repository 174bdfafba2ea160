import type {Writable} from 'node:stream'
import {ChatctlError} from '../errors/index.js'
import type {Look} from '../ui/look.js'
import {report} from './report.js'

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

/** What each signal is called among the errors. */
const codes = {SIGHUP: 'hung-up', SIGINT: 'interrupted', SIGTERM: 'terminated'} as const

/** What a shell says of a process that SIGPIPE ended. */
const brokenPipeExitCode = 141

const ignore = (): void => undefined

const outputs = [process.stdout, process.stderr]

/** How long leaving may take once the process has been told to end. */
export const leaveTimeoutMs = 1000

/**
 * Ends the process cleanly when a signal comes, or when its output goes nowhere any more.
 *
 * Whoever has something to close first says so with {@link leaveWith}; a second signal does not wait for it.
 */
export class ExitWatch {
  readonly #look: Look
  readonly #takeBack: (() => void)[]
  #leave: () => Promise<void> = () => Promise.resolve()
  #isLeaving = false
  #interruption: ChatctlError | undefined
  #exitCode: number | undefined

  constructor(look: Look) {
    this.#look = look
    for (const signal of signals) process.on(signal, this.#endOnSignal)
    this.#takeBack = outputs.map(output => listenAlone(output, this.#endOnBrokenOutput))
  }

  /** Gives what is to be done, for a second at most, before the process ends. */
  leaveWith(leave: () => Promise<void>): void {
    this.#leave = leave
  }

  /** Why the process is about to end, if a signal said so. */
  get interruption(): ChatctlError | undefined {
    return this.#interruption
  }

  /** What the process ends with, if it is ending. */
  get exitCode(): number | undefined {
    return this.#exitCode
  }

  /** Leaves it to somebody else to deal with an output that breaks. */
  handOver(output: Writable): void {
    output.off('error', this.#endOnBrokenOutput)
  }

  /** Leaves Ctrl-C to a program that has the terminal for as long as `work` takes. */
  async withoutInterrupts<Result>(work: () => Promise<Result>): Promise<Result> {
    // Where nobody listens, the signal ends the process.
    process.on('SIGINT', ignore).off('SIGINT', this.#endOnSignal)
    try {
      return await work()
    } finally {
      process.on('SIGINT', this.#endOnSignal).off('SIGINT', ignore)
    }
  }

  /** Leaves signals and output to whoever else listens. */
  stop(): void {
    for (const signal of signals) process.off(signal, this.#endOnSignal)
    for (const takeBack of this.#takeBack) takeBack()
  }

  readonly #endOnSignal = (signal: (typeof signals)[number]): void => {
    const interruption = new ChatctlError(codes[signal], `it was ended by ${signal}`)
    if (this.#isLeaving) process.exit(interruption.exitCode)
    this.#interruption = interruption
    this.#end(interruption.exitCode)
  }

  readonly #endOnBrokenOutput = (error: NodeJS.ErrnoException): void => {
    if (this.#isLeaving) return
    if (error.code === 'EPIPE') this.#end(brokenPipeExitCode)
    else this.#fail(toOutputError(error))
  }

  #fail(error: ChatctlError): void {
    this.#end(error.exitCode, report(error, this.#look))
  }

  #end(exitCode: number, reported = Promise.resolve()): void {
    this.#isLeaving = true
    process.exitCode = this.#exitCode = exitCode
    const exit = () => process.exit(exitCode)
    setTimeout(exit, leaveTimeoutMs)
    void Promise.allSettled([reported, this.#leave()]).then(exit)
  }
}

/** Hears of errors instead of oclif, whose listener throws them before anything is closed; returns how to undo it. */
function listenAlone(output: Writable, listener: (error: Error) => void): () => void {
  const others = output.rawListeners('error') as (typeof listener)[]
  output.removeAllListeners('error').on('error', listener)
  return () => {
    output.off('error', listener)
    for (const other of others) output.on('error', other)
  }
}

function toOutputError(error: NodeJS.ErrnoException): ChatctlError {
  if (error instanceof ChatctlError) return error
  if (error.code === 'ENOSPC')
    return new ChatctlError('disk-full', 'there is no room left for the output', {
      hint: 'Make room where it is written to, or write it elsewhere.',
      cause: error,
    })
  return new ChatctlError('not-writable', `the output cannot be written (${error.code ?? error.message})`, {
    hint: 'Check where it is written to, or write it elsewhere.',
    cause: error,
  })
}
