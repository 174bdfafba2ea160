import {describe, expect, it} from 'vitest'
import {CompressionPolicy} from '../../../src/transfer/compression/compression-policy.js'

const blockBytes = 512 * 1024

/** A way, a compressor and a content, by their rates in bytes a millisecond and what remains of a byte. */
interface World {
  way: number
  compressor: number
  ratio: number
}

/** Sends blocks as the reader and the sender do, and tells of each whether it was compressed. */
function send(policy: CompressionPolicy, blocks: number, {way, compressor, ratio}: World): boolean[] {
  return Array.from({length: blocks}, () => {
    const wants = policy.wants()
    const ms = wants ? blockBytes / compressor : 0
    const bytes = wants ? blockBytes * ratio : blockBytes
    if (wants) policy.compressed({rawBytes: blockBytes, bytes, ms})
    const onItsWayMs = bytes / way
    policy.left(bytes, Math.max(ms, onItsWayMs), onItsWayMs > ms)
    return wants
  })
}

const count = (choices: boolean[]): number => choices.filter(Boolean).length
const slow = {way: 10_000, compressor: 100_000, ratio: 0.3}

describe('compression that is up to the program', () => {
  it('begins as soon as the way is known, where the way is slow', () => {
    expect(send(new CompressionPolicy(), 100, slow)).toEqual([false, ...Array<boolean>(99).fill(true)])
  })

  it('begins after some blocks where the way is slow, but not beyond doubt', () => {
    const choices = send(new CompressionPolicy(), 100, {...slow, way: 50_000, compressor: 400_000})
    expect(choices).toEqual([...Array<boolean>(8).fill(false), ...Array<boolean>(92).fill(true)])
  })

  it('does not take a way for slow that only starts slowly, or is slow now and then', () => {
    const policy = new CompressionPolicy()
    for (let time = 0; time < 10; time++) {
      expect(count(send(policy, 7, {...slow, way: 50_000}))).toBe(0)
      expect(count(send(policy, 20, {...slow, way: 500_000}))).toBe(0)
    }
  })

  it('is never tried where the way is faster than a compressor', () => {
    expect(count(send(new CompressionPolicy(), 1000, {...slow, way: 500_000}))).toBe(0)
  })

  it('is tried where nothing gets smaller, for a twentieth of the time', () => {
    for (const way of [1000, 10_000, 50_000]) {
      const tries = count(send(new CompressionPolicy(), 1000, {...slow, way, ratio: 1}))
      const [triedMs, wayMs] = [(tries * blockBytes) / slow.compressor, (1000 * blockBytes) / way]
      expect(triedMs).toBeLessThan(0.051 * wayMs)
      expect(tries).toBeGreaterThan(20)
    }
  })

  it('begins soon where the beginning is of another kind', () => {
    const policy = new CompressionPolicy()
    send(policy, 4, {...slow, ratio: 1})
    expect(send(policy, 20, slow).slice(3)).not.toContain(false)
  })

  it('ends when the compressor is what everything waits for', () => {
    const choices = send(new CompressionPolicy(), 100, {...slow, compressor: 5000})
    expect(count(choices)).toBeLessThan(6)
    expect(choices.at(-1)).toBe(false)
  })

  it('ends when the way becomes fast, and begins when what comes can be compressed after all', () => {
    const policy = new CompressionPolicy()
    send(policy, 50, slow)
    expect(send(policy, 50, {...slow, way: 1_000_000}).at(-1)).toBe(false)
    const other = new CompressionPolicy()
    send(other, 50, {...slow, ratio: 1})
    expect(send(other, 50, slow).at(-1)).toBe(true)
  })

  it('takes no word from blocks that say little', () => {
    const policy = new CompressionPolicy()
    for (let block = 0; block < 10; block++) policy.left(100, 1000, true)
    expect(policy.wants()).toBe(false)
  })
})
