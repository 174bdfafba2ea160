import type {RoomEvent} from '../conversation.js'

/** How far all files of a delivery are, as if they were one. */
export interface JobProgress {
  bytes: number
  /** Null as long as it is not known. */
  total: number | null
  /** Bytes a second. */
  rate: number
}

interface JobFile extends JobProgress {
  isOver: boolean
}

/** The files of a delivery: what is offered or on its way, and what has ended meanwhile. */
export class DeliveryJob {
  readonly #fileCount: number
  readonly #files = new Map<number, JobFile>()

  /** `fileCount` is how many there will be, if that is known: the whole is known once all have begun. */
  constructor(fileCount = 0) {
    this.#fileCount = fileCount
  }

  /** Takes what happens on the way. */
  observe(event: RoomEvent): void {
    if (event.event === 'offer') this.#note(event.transfer, {total: event.bytes})
    else if (event.event === 'progress')
      this.#note(event.transfer, {bytes: event.bytes, total: event.total, rate: event.rate})
    else if (event.event === 'sent' || event.event === 'received') this.#end(event.transfer, event.bytes)
    else if (event.event === 'declined' || event.event === 'failed' || event.event === 'cancelled')
      this.#end(event.transfer, this.#files.get(event.transfer)?.bytes ?? 0)
  }

  /** How many files there are, or will be. */
  get count(): number {
    return Math.max(this.#fileCount, this.#files.size)
  }

  /** How many have ended. */
  get countOver(): number {
    return this.#all().filter(({isOver}) => isOver).length
  }

  /** Whether nothing moves any more of all that was heard of. */
  get isOver(): boolean {
    return this.countOver === this.#files.size
  }

  /** Forgets what has ended: what comes next begins anew. */
  clear(): void {
    this.#files.clear()
  }

  /** How far all of it is. */
  get progress(): JobProgress {
    const all = this.#all()
    const isWhole = all.length >= this.#fileCount && all.every(({total}) => total !== null)
    return {
      bytes: sum(all.map(({bytes}) => bytes)),
      total: isWhole ? sum(all.map(({total}) => total ?? 0)) : null,
      rate: sum(all.map(({rate}) => rate)),
    }
  }

  #all(): JobFile[] {
    return [...this.#files.values()]
  }

  #end(transfer: number, bytes: number): void {
    this.#note(transfer, {bytes, total: bytes, rate: 0, isOver: true})
  }

  #note(transfer: number, change: Partial<JobFile>): void {
    const known = this.#files.get(transfer) ?? {bytes: 0, total: null, rate: 0, isOver: false}
    this.#files.set(transfer, {...known, ...change})
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
