import {basename} from 'node:path'
import {systemClock, type Clock} from '../../session/clock.js'
import {Checkpoints} from './checkpoints.js'
import {isOutOfRoom, toWriteError} from '../disk-error.js'
import type {PartFile} from './part-file.js'
import {PartJournal} from './part-journal.js'
import {journalOf} from './part-name.js'
import type {Released} from './part-request.js'
import {once, type UntilRoom} from '../room-wait.js'
import type {Continuation, Sink} from '../sink.js'

/** Which part is kept, and what is said of it. */
export interface KeptPartOptions {
  part: PartFile
  path: string
  /** Where it stands when it is put away. */
  restingPath: string
  /** What tells it from every other part: its journal holds for no other. */
  subject: string
  released: Released
  forget: (fileName: string) => Promise<void>
  /** By default nobody waits for room. */
  untilRoom?: UntilRoom | undefined
  clock?: Pick<Clock, 'now'>
}

/** A part of a job that can be resumed: beside it stands a journal of what is on disk, and an interruption leaves both. */
export class KeptPart implements Sink, Continuation {
  readonly files = 1
  readonly continuation = this
  readonly #options: KeptPartOptions
  readonly #part: PartFile
  readonly #journal: PartJournal
  readonly #checkpoints: Checkpoints
  #writing: Promise<void> = Promise.resolve()

  constructor(options: KeptPartOptions) {
    const {part, path, subject, clock = systemClock} = options
    this.#options = options
    this.#part = part
    this.#journal = new PartJournal(journalOf(path, part.identity), subject)
    this.#checkpoints = new Checkpoints(clock, part.bytes, {
      sync: () => part.persist(),
      record: bytes => this.#record(bytes),
    })
  }

  get bytes(): number {
    return this.#part.bytes
  }

  async write(pieces: Buffer[]): Promise<void> {
    this.#writing = this.#part.write(pieces)
    await this.#writing
    this.#checkpoints.wrote(this.bytes)
  }

  digest(): Promise<string> {
    return this.#part.digest()
  }

  async persist(): Promise<void> {
    await this.#checkpoints.settled()
    await this.#part.persist()
  }

  /** Its journal stays: a sender that did not hear of it finds it by that. It says all, for the time of the part soon says nothing. */
  async publish(): Promise<string> {
    await this.#checkpoints.settled()
    await this.#tryToJournal()
    const path = await this.#part.publish()
    await this.#journal.close()
    this.#options.released({fileName: this.#journalName, isWhole: true})
    return path
  }

  forget(): Promise<void> {
    return this.#options.forget(this.#journalName)
  }

  async discard(): Promise<void> {
    try {
      await this.#checkpoints.settled()
      await this.#part.discard()
      await this.#journal.remove()
    } finally {
      this.#options.released()
    }
  }

  /** A write that fails is told to whoever made it. */
  async settled(): Promise<void> {
    await this.#writing.catch(() => undefined)
  }

  async startOver(): Promise<void> {
    await this.settled()
    await this.#checkpoints.settled()
    await this.#journal.remove()
    await this.#part.empty()
  }

  get #journalName(): string {
    const {path} = this.#options
    return basename(journalOf(path, this.#part.identity))
  }

  /** Where there is no room for it a sender that does not hear of the file sends it again. */
  async #tryToJournal(): Promise<void> {
    try {
      await this.#journal.note(this.bytes)
    } catch (error) {
      if (!isOutOfRoom(error)) throw toWriteError(error, this.#options.path)
    }
  }

  #record(bytes: number): Promise<void> {
    const {path, untilRoom = once} = this.#options
    return untilRoom(async () => {
      try {
        await this.#journal.write(bytes)
      } catch (error) {
        throw toWriteError(error, path)
      }
    })
  }

  async keep(): Promise<void> {
    try {
      await this.settled()
      await this.#checkpoints.finish(this.bytes)
    } catch {
      // A full disk, as a rule. As long as the machine runs what was written is there without a word of the journal.
    }
    const {restingPath, released} = this.#options
    try {
      await this.#journal.close()
      await this.#part.putAway(restingPath)
    } finally {
      released({fileName: basename(this.#part.path), isWhole: false})
    }
  }
}
