/** A frame ready to be written, header and payload; `onFlushed` runs when its bytes may be reused. */
export interface QueuedFrame {
  readonly buffers: readonly Uint8Array[]
  readonly onFlushed?: (() => void) | undefined
}

/** Something that has frames when asked, and undefined when it has to wait. */
export interface FrameSource {
  nextFrame(): QueuedFrame | undefined
}

/** Frames for one socket write. */
export interface Batch {
  readonly buffers: Uint8Array[]
  readonly byteLength: number
  readonly hasBulk: boolean
  /** Tells every frame's owner that its bytes have gone. */
  flushed(): void
}

/**
 * What goes out next. Three lanes: control before chat before bulk; bulk sources take turns, a frame each. Frames are
 * made when they are about to leave, so that what is said now overtakes everything not yet in the socket.
 */
export class SendQueue {
  readonly #control: QueuedFrame[] = []
  readonly #chat: FrameSource
  #bulk: FrameSource[] = []

  constructor(chat: FrameSource) {
    this.#chat = chat
  }

  /** How many control frames wait. */
  get controlLength(): number {
    return this.#control.length
  }

  pushControl(frame: QueuedFrame): void {
    this.#control.push(frame)
  }

  /** Gives a source its turn until it has nothing more; calling again while it waits for its turn changes nothing. */
  addBulk(source: FrameSource): void {
    if (!this.#bulk.includes(source)) this.#bulk.push(source)
  }

  /**
   * Takes frames up to about `maxBytes` (the last may go over it), of the talking lanes only unless `mayTakeBulk`;
   * undefined when there is nothing to send.
   */
  take(maxBytes: number, mayTakeBulk = true): Batch | undefined {
    const buffers: Uint8Array[] = []
    const owners: (() => void)[] = []
    let byteLength = 0
    let hasBulk = false
    while (byteLength < maxBytes) {
      const talk = this.#nextTalk()
      const frame = talk ?? (mayTakeBulk ? this.#nextBulk() : undefined)
      if (frame === undefined) break
      for (const buffer of frame.buffers) {
        buffers.push(buffer)
        byteLength += buffer.length
      }
      if (frame.onFlushed) owners.push(frame.onFlushed)
      hasBulk ||= talk === undefined
    }
    if (buffers.length === 0) return undefined
    return {
      buffers,
      byteLength,
      hasBulk,
      flushed: () => {
        for (const tell of owners) tell()
      },
    }
  }

  #nextTalk(): QueuedFrame | undefined {
    return this.#control.shift() ?? this.#chat.nextFrame()
  }

  #nextBulk(): QueuedFrame | undefined {
    for (;;) {
      const source = this.#bulk.shift()
      if (source === undefined) return undefined
      const frame = source.nextFrame()
      if (frame === undefined) continue
      this.#bulk.push(source)
      return frame
    }
  }
}
