import {createHash} from 'node:crypto'
import {PassThrough, Readable, Writable} from 'node:stream'
import {expect, it} from 'vitest'
import {turnBytes} from '../../src/transfer/digest/hash-turns.js'
import {StreamOutput} from '../../src/transfer/stream-output.js'
import {StreamSource} from '../../src/transfer/stream-source.js'

const content = Buffer.alloc(8 * turnBytes, 'much at once')
const sha256 = createHash('sha256').update(content).digest('hex')

/** Whether work goes on when everything else has had a turn. */
async function outlastsTurn(work: Promise<unknown>): Promise<boolean> {
  let isOver = false
  void work.then(() => (isOver = true))
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
  return !isOver
}

it('a stream that gives much at once lets everything else have its turn while that is hashed', async () => {
  const reader = await new StreamSource(Readable.from([content])).open()
  const reading = reader.read(Buffer.alloc(content.length))
  expect(await outlastsTurn(reading)).toBe(true)
  expect(await reading).toHaveLength(content.length)
  expect(await reader.digest()).toBe(sha256)
  await reader.close()
})

it('a stream that takes much at once does so, too', async () => {
  const sink = new StreamOutput(new Writable({write: (_bytes, _encoding, done) => done()})).take()
  const writing = sink.write([content])
  expect(await outlastsTurn(writing)).toBe(true)
  await writing
  expect(sink.bytes).toBe(content.length)
  expect(await sink.digest()).toBe(sha256)
})

it('a stream that gives little passes it on before more is there', async () => {
  const stream = new PassThrough()
  const reader = await new StreamSource(stream).open()
  stream.write('little')
  expect(String(await reader.read(Buffer.alloc(100)))).toBe('little')
  await reader.close()
})
