import type {Compression} from '../../conversation.js'
import type {Clock} from '../../session/clock.js'
import type {SourceReader} from '../source.js'
import {CompressingReader} from './compressing-reader.js'
import {CompressionPolicy} from './compression-policy.js'

/** What is on its way sooner than anything is known of the way. */
const leastBytes = 1024 * 1024

/** Returns what sends a source of about so many bytes in blocks, compressed as is wished; undefined when it goes as it is. */
export function compressing(
  reader: Pick<SourceReader, 'read'>,
  bytes: number | null,
  compression: Compression,
  clock: Pick<Clock, 'now'>,
): CompressingReader | undefined {
  if (compression === 'on') return new CompressingReader(reader, undefined, clock)
  if (compression === 'off' || (bytes !== null && bytes <= leastBytes)) return undefined
  return new CompressingReader(reader, new CompressionPolicy(), clock)
}
