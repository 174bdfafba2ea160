import type {ChatctlError} from '../../errors/index.js'
import type {Ended, SendingListener, SendingTask} from '../sending.js'
import type {SourceReader, Start} from '../source.js'
import {toTransferError} from '../transfer-errors.js'
import type {Sharer, SharedSending} from './shared-sending.js'

/** One transfer among those that one sending serves: it comes to the others, and is served until that ends for it. */
export class Following implements Sharer {
  readonly task: SendingTask
  readonly listener: SendingListener
  /** Resolves when everything is sent, or with the place from which it has to go on by itself. */
  readonly outcome: Promise<Start | Ended>
  #resolve: (outcome: Start | Ended) => void = () => undefined
  #reject: (error: ChatctlError) => void = () => undefined
  #sharing: SharedSending | undefined

  constructor(task: SendingTask, listener: SendingListener) {
    this.task = task
    this.listener = listener
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Whoever has ended for another reason does not ask.
    this.outcome.catch(() => undefined)
  }

  /** Waits for the others, of `recipients` in all; resolves with whether any have come. */
  async join(recipients: number): Promise<boolean> {
    this.#sharing = await this.task.services.sharing.join(this, recipients)
    return this.#sharing !== undefined
  }

  /** Is not to be served any more, if it still is. */
  leave(): void {
    const reason: unknown = this.task.signal.reason
    this.#sharing?.leave(this, reason === undefined ? 'cancelled' : toTransferError(reason).code)
  }

  ended(reader: SourceReader, digest: string, leaving: Promise<void>): void {
    this.listener.ended(reader, digest)
    this.#resolve({leaving})
  }

  failed(error: ChatctlError): void {
    this.listener.interrupted(error)
    this.#reject(error)
  }

  letGo(): void {
    this.#resolve(this.task.start)
  }
}
