import {createRequire} from 'node:module'
import {Worker} from 'node:worker_threads'
import type {DigestAnswer, DigestRequest} from './digest-worker.js'

/** The compiled one, whoever loads this from wherever: a thread takes nothing but JavaScript. */
const program = createRequire(import.meta.url).resolve('#digest-worker')

interface Waiter {
  descriptor: number
  resolve: (result: string) => void
  reject: (error: Error) => void
}

/**
 * The one thread of this process that hashes files, each known by its descriptor. It is there as long as somebody has
 * a file for it.
 */
export class DigestThread {
  static #shared: DigestThread | undefined
  readonly #worker = new Worker(program)
  readonly #waiting = new Map<number, Waiter>()
  #requests = 0
  #users = 0
  #error: Error | undefined

  private constructor() {
    // Whoever waits for it has other reasons to stay.
    this.#worker.unref()
    this.#worker.on('message', (answer: DigestAnswer) => this.#settle(answer))
    this.#worker.on('error', error => this.#fail(error))
  }

  /** The thread, for one more file; who enters has to leave. */
  static enter(): DigestThread {
    const thread = (DigestThread.#shared ??= new DigestThread())
    thread.#users++
    return thread
  }

  /** Lets it hash the first `bytes` of a file: they are there. */
  extend(descriptor: number, bytes: number): void {
    this.#worker.postMessage({verb: 'extend', request: 0, descriptor, bytes} satisfies DigestRequest)
  }

  /**
   * The SHA-256 of the first `bytes` of a file, in hex, as soon as it is known.
   * @throws Error of the system when they cannot be read
   */
  digest(descriptor: number, bytes: number): Promise<string> {
    return this.#ask('digest', descriptor, bytes)
  }

  /** Has a file forgotten, and resolves when it is not read any more; who waits for its digest does so in vain. */
  async leave(descriptor: number): Promise<void> {
    this.#users--
    this.#giveUp(new Error('the file was let go before its digest was known'), descriptor)
    if (this.#users === 0) await this.#stop()
    // A thread that has ended reads nothing any more.
    else if (this.#error === undefined) await this.#ask('forget', descriptor, 0).catch(() => undefined)
  }

  #ask(verb: 'digest' | 'forget', descriptor: number, bytes: number): Promise<string> {
    if (this.#error) return Promise.reject(this.#error)
    return new Promise((resolve, reject) => {
      const request = ++this.#requests
      this.#waiting.set(request, {descriptor, resolve, reject})
      this.#worker.postMessage({verb, request, descriptor, bytes} satisfies DigestRequest)
    })
  }

  #settle({request, result, error}: DigestAnswer): void {
    const waiter = this.#waiting.get(request)
    this.#waiting.delete(request)
    if (error) waiter?.reject(Object.assign(new Error(error.message), error))
    else waiter?.resolve(result)
  }

  #fail(error: Error): void {
    this.#error = error
    this.#giveUp(error)
    this.#leaveAlone()
  }

  /** Rejects what waits for one file, or for any. */
  #giveUp(error: Error, only?: number): void {
    for (const [request, {descriptor, reject}] of this.#waiting) {
      if (only !== undefined && descriptor !== only) continue
      this.#waiting.delete(request)
      reject(error)
    }
  }

  async #stop(): Promise<void> {
    this.#leaveAlone()
    await this.#worker.terminate()
    // Who left at the same moment waits for an answer that does not come.
    this.#giveUp(new Error('the thread has ended'))
  }

  /** Who comes next gets another. */
  #leaveAlone(): void {
    if (DigestThread.#shared === this) DigestThread.#shared = undefined
  }
}
