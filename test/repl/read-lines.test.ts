import {PassThrough, Readable} from 'node:stream'
import {describe, expect, it} from 'vitest'
import {readLines} from '../../src/repl/read-lines.js'

const never = new Promise<void>(() => undefined)

describe('reading lines', () => {
  it('hands on one line at a time, in order', async () => {
    const seen: string[] = []
    let running = 0
    await readLines(
      Readable.from(['a\nb', '\nc']),
      async line => {
        expect(++running).toBe(1)
        await new Promise(resolve => setImmediate(resolve))
        running--
        if ('text' in line) seen.push(line.text)
      },
      never,
    )
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('reads no further than what has been taken', async () => {
    let pulled = 0
    const endless = new Readable({
      highWaterMark: 1024,
      read() {
        pulled++
        this.push('x'.repeat(1023) + '\n')
      },
    })
    let stop!: () => void
    const stopped = new Promise<void>(resolve => (stop = resolve))
    const reading = readLines(endless, () => never, stopped)
    await new Promise(resolve => setImmediate(resolve))
    await new Promise(resolve => setImmediate(resolve))
    expect(pulled).toBeLessThan(5)
    stop()
    await reading
  })

  it('stops when it is told to, whether or not anything comes', async () => {
    await readLines(new PassThrough(), () => never, Promise.resolve())
  })
})
