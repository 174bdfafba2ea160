import {once} from 'node:events'
import {Writable} from 'node:stream'
import {describe, expect, it} from 'vitest'
import {LineOutput, maxWaitingBytes} from '../../src/repl/line-output.js'
import {Recorder} from '../helpers/shell-streams.js'

const line = 'x'.repeat(2 ** 20 - 1)

describe('the lines of an output', () => {
  it('go on without end while somebody reads them', () => {
    const output = new Recorder()
    const lines = new LineOutput(output)
    for (let i = 0; i < 3; i++) lines.write('hello')
    expect(output.lines()).toEqual(['hello', 'hello', 'hello'])
    expect(output.destroyed).toBe(false)
  })

  it('break it when nobody reads them and more than 64 MiB wait', async () => {
    const output = new Writable({write: () => undefined})
    const lines = new LineOutput(output)
    for (let bytes = 0; bytes < maxWaitingBytes; bytes += 2 ** 20) lines.write(line)
    expect(output.destroyed).toBe(false)
    const broken = once(output, 'error')
    lines.write('')
    expect(await broken).toMatchObject([{code: 'not-writable', exitCode: 8, message: 'nobody reads the output'}])
  })

  it('are taken in small pieces, so that a slow reader is told from none', () => {
    const taken: (() => void)[] = []
    const output = new Writable({write: (_piece, _encoding, done) => void taken.push(done)})
    const lines = new LineOutput(output)
    lines.write(line)
    expect([lines.waitingBytes, lines.takenCount]).toEqual([2 ** 20, 0])
    taken.shift()?.()
    expect(lines.takenCount).toBe(1)
    expect(lines.waitingBytes).toBeGreaterThan(0.9 * 2 ** 20)
    expect(lines.waitingBytes).toBeLessThan(2 ** 20)
  })

  it('are flushed when all of them are taken, in order', async () => {
    const output = new Recorder()
    const lines = new LineOutput(output)
    for (const text of [line, 'one', 'two']) lines.write(text)
    await lines.flushed()
    expect(output.lines()).toEqual([line, 'one', 'two'])
    expect(lines.waitingBytes).toBe(0)
  })

  it('keep nobody waiting once their output is broken', async () => {
    const output = new Writable({write: () => undefined})
    output.on('error', () => undefined)
    const lines = new LineOutput(output)
    lines.write(line)
    const flushed = lines.flushed()
    output.destroy(new Error('broken'))
    await flushed
  })
})
