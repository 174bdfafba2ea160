import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Checkpoints} from '../../../src/transfer/part/checkpoints.js'
import {eventLoopTurns} from '../../helpers/until.js'

const mebibyte = 1024 * 1024

/** A disk whose syncs end when a test says so, and a journal: what was written, what is on disk, and what is said of it. */
class Disk {
  nowMs = 0
  written = 0
  synced = 0
  readonly recorded: number[] = []
  #end: (() => void)[] = []
  readonly checkpoints = new Checkpoints({now: () => this.nowMs}, 0, {
    sync: async () => {
      // A sync is of what was written before it began.
      const {written} = this
      await new Promise<void>(end => this.#end.push(end))
      this.synced = written
    },
    record: bytes => Promise.resolve(void this.recorded.push(bytes)),
  })

  write(bytes: number): void {
    this.written += bytes
    this.checkpoints.wrote(this.written)
  }

  async endSync(): Promise<void> {
    this.#end.shift()?.()
    await eventLoopTurns(1)
  }
}

describe('checkpoints', () => {
  it('record nothing that is not on disk, whatever is written while a sync is under way', async () => {
    const step = fc.oneof(
      fc.record({write: fc.integer({min: 1, max: 100 * mebibyte})}),
      fc.record({passMs: fc.nat(3000)}),
      fc.constant('end of a sync' as const),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, {maxLength: 30}), async steps => {
        const disk = new Disk()
        for (const each of steps) {
          if (each === 'end of a sync') await disk.endSync()
          else if ('write' in each) disk.write(each.write)
          else disk.nowMs += each.passMs
          expect(Math.max(0, ...disk.recorded)).toBeLessThanOrEqual(disk.synced)
        }
      }),
    )
  })

  it('come every second, or every 64 MiB, while something is written', async () => {
    const disk = new Disk()
    disk.write(63 * mebibyte)
    await disk.endSync()
    expect(disk.recorded).toEqual([])
    disk.write(mebibyte)
    await disk.endSync()
    expect(disk.recorded).toEqual([64 * mebibyte])
    disk.nowMs += 1000
    disk.write(1)
    await disk.endSync()
    expect(disk.recorded).toEqual([64 * mebibyte, 64 * mebibyte + 1])
  })

  it('record nothing of a sync that failed, and say so with what is written next', async () => {
    const recorded: number[] = []
    const checkpoints = new Checkpoints({now: () => 0}, 0, {
      sync: () => Promise.reject(new Error('the disk is broken')),
      record: bytes => Promise.resolve(void recorded.push(bytes)),
    })
    checkpoints.wrote(64 * mebibyte)
    await checkpoints.settled()
    expect(() => checkpoints.wrote(64 * mebibyte + 1)).toThrow('the disk is broken')
    expect(recorded).toEqual([])
  })
})
