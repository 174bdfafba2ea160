import {createHash} from 'node:crypto'
import type {SendChannel} from '../session/send-channel.js'
import type {PacedWriter} from './paced-writer.js'
import type {SourceReader} from './source-file.js'

/** What a sender asks of a channel. */
export type BulkWriter = Pick<SendChannel, 'write' | 'end' | 'reset' | 'granted' | 'sent' | 'onGrant'>

const bufferBytes = 512 * 1024

/**
 * Sends the bytes of a file over a channel and returns their SHA-256 in hex; the trailer is the caller's to send.
 * @throws ChatctlError when the file cannot be read to its end, or the channel fails
 */
export async function sendBytes(reader: SourceReader, writer: PacedWriter): Promise<string> {
  const hash = createHash('sha256')
  let [buffer, otherBuffer] = allocatePair(Math.min(bufferBytes, reader.source.bytes))
  let leaving = Promise.resolve()
  for (let chunk = await reader.read(buffer); chunk.length > 0; chunk = await reader.read(buffer)) {
    hash.update(chunk)
    await leaving
    leaving = writer.write(chunk)
    // It is awaited a turn later, behind the next read: until then a failure has nobody else to hear it.
    leaving.catch(() => undefined)
    ;[buffer, otherBuffer] = [otherBuffer, buffer]
  }
  await leaving
  return hash.digest('hex')
}

/** One buffer is read into while the other is on its way. */
function allocatePair(byteLength: number): [Buffer, Buffer] {
  return [Buffer.allocUnsafeSlow(byteLength), Buffer.allocUnsafeSlow(byteLength)]
}
