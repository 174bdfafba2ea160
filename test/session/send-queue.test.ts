import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {SendQueue, type FrameSource, type QueuedFrame} from '../../src/session/send-queue.js'

/** Has frames of one name, as many as it is given. */
class Source implements FrameSource {
  left: number
  readonly #name: string
  readonly #byteLength: number

  constructor(name: string, left = Infinity, byteLength = 1) {
    this.#name = name
    this.left = left
    this.#byteLength = byteLength
  }

  nextFrame(): QueuedFrame | undefined {
    if (this.left === 0) return undefined
    this.left--
    return {buffers: [Buffer.alloc(this.#byteLength, this.#name)]}
  }
}

/** Takes a batch; returns the first letter of each of its buffers. */
function take(queue: SendQueue, maxBytes: number): string {
  return (queue.take(maxBytes)?.buffers ?? []).map(buffer => String.fromCharCode(buffer[0]!)).join('')
}

const control = (letter = 'c'): QueuedFrame => ({buffers: [Buffer.from(letter)]})

describe('a send queue', () => {
  it('has nothing to send at first', () => {
    expect(new SendQueue(new Source('t', 0)).take(100)).toBeUndefined()
  })

  it('sends control before talk before bulk', () => {
    const queue = new SendQueue(new Source('t', 2))
    queue.addBulk(new Source('b', 2))
    queue.pushControl(control('c'))
    queue.pushControl(control('d'))
    expect(take(queue, 100)).toBe('cdttbb')
  })

  it('lets what is said now overtake all bulk that has not left', () => {
    const talk = new Source('t', 0)
    const queue = new SendQueue(talk)
    queue.addBulk(new Source('b'))
    expect(take(queue, 3)).toBe('bbb')
    talk.left = 1
    queue.pushControl(control())
    expect(take(queue, 4)).toBe('ctbb')
  })

  it('takes no bulk when it may not', () => {
    const talk = new Source('t', 1)
    const queue = new SendQueue(talk)
    queue.addBulk(new Source('b'))
    queue.pushControl(control())
    expect(queue.take(100, false)).toMatchObject({byteLength: 2, hasBulk: false})
    expect(queue.take(100, false)).toBeUndefined()
    expect(take(queue, 2)).toBe('bb')
  })

  it('gives each bulk source a frame in turn', () => {
    const queue = new SendQueue(new Source('t', 0))
    for (const name of ['x', 'y', 'z']) queue.addBulk(new Source(name))
    expect(take(queue, 7)).toBe('xyzxyzx')
    expect(take(queue, 4)).toBe('yzxy')
  })

  it('forgets a source that has nothing, until it is added again', () => {
    const queue = new SendQueue(new Source('t', 0))
    const stuck = new Source('s', 1)
    queue.addBulk(stuck)
    queue.addBulk(new Source('b'))
    expect(take(queue, 4)).toBe('sbbb')
    stuck.left = 9
    expect(take(queue, 2)).toBe('bb')
    queue.addBulk(stuck)
    expect(take(queue, 4)).toBe('bsbs')
  })

  it('gives no second turn to a source that is added twice', () => {
    const queue = new SendQueue(new Source('t', 0))
    const one = new Source('x')
    queue.addBulk(one)
    queue.addBulk(new Source('y'))
    queue.addBulk(one)
    expect(take(queue, 4)).toBe('xyxy')
  })

  it('is fair to bulk sources, however many there are and whatever comes between', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 20}), fc.array(fc.nat(50), {maxLength: 20}), (count, batches) => {
        const queue = new SendQueue(new Source('t', 0))
        const sent = new Map<number, number>()
        for (let index = 0; index < count; index++) {
          sent.set(index, 0)
          const nextFrame = (): QueuedFrame => {
            sent.set(index, sent.get(index)! + 1)
            return {buffers: [Buffer.alloc(1)]}
          }
          queue.addBulk({nextFrame})
        }
        for (const size of batches) {
          if (size % 3 === 0) queue.pushControl(control())
          queue.take(size)
          expect(Math.max(...sent.values()) - Math.min(...sent.values())).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('fills a batch to its size, and over it by less than a frame', () => {
    const queue = new SendQueue(new Source('t', 0))
    queue.addBulk(new Source('b', Infinity, 40))
    expect(queue.take(100)?.byteLength).toBe(120)
  })

  it('says whether bulk is in a batch', () => {
    const queue = new SendQueue(new Source('t', 1))
    expect(queue.take(1)?.hasBulk).toBe(false)
    queue.addBulk(new Source('b'))
    expect(queue.take(1)?.hasBulk).toBe(true)
  })

  it('tells the owner of each frame in a batch that it has left, in order', () => {
    const flushed: string[] = []
    const queue = new SendQueue(new Source('t', 0))
    for (const name of ['one', 'two']) queue.pushControl({...control(), onFlushed: () => flushed.push(name)})
    queue.pushControl(control())
    const batch = queue.take(100)!
    expect(flushed).toEqual([])
    batch.flushed()
    expect(flushed).toEqual(['one', 'two'])
  })
})
