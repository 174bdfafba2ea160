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
})
