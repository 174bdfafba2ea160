import type {SendChannel} from '../session/send-channel.js'
import type {PacedWriter} from './pace/paced-writer.js'
import type {SourceReader} from './source.js'

/** What a sender asks of a channel. */
export type BulkWriter = Pick<
  SendChannel,
  'write' | 'end' | 'reset' | 'granted' | 'sent' | 'isAnnounced' | 'onGrant' | 'onFail'
>

const bufferBytes = 512 * 1024

/**
 * Sends everything that a reader has over a channel; the trailer is the caller's to send. `bytes` is how many there are, as
 * far as that is known.
 * @throws ChatctlError when the source cannot be read to its end, or the channel fails
 */
export async function sendBytes(
  reader: Pick<SourceReader, 'read'>,
  writer: PacedWriter,
  bytes: number | null,
): Promise<void> {
  let [buffer, otherBuffer] = allocatePair(Math.min(bufferBytes, bytes ?? bufferBytes))
  let leaving = Promise.resolve()
  for (let chunk = await reader.read(buffer); chunk.length > 0; chunk = await reader.read(buffer)) {
    await leaving
    leaving = writer.write(chunk)
    // It is awaited a turn later, behind the next read: until then a failure has nobody else to hear it.
    leaving.catch(() => undefined)
    ;[buffer, otherBuffer] = [otherBuffer, buffer]
  }
  await leaving
}

/** One buffer is read into while the other is on its way. */
function allocatePair(byteLength: number): [Buffer, Buffer] {
  return [Buffer.allocUnsafeSlow(byteLength), Buffer.allocUnsafeSlow(byteLength)]
}
