import type {Delivered} from '../conversation.js'
import type {FileMessage} from '../protocol/messages.js'
import {shortfallOf} from './shortfall.js'
import type {SourceReader} from './source.js'

/** What has left, and has arrived. */
export type SentFile = Pick<Delivered, 'bytes' | 'files' | 'sha256' | 'skipped'>

/** The other side has it, and of a tree what it could keep. */
export type Verified = Pick<Extract<FileMessage, {type: 'verified'}>, 'skipped' | 'kept'>

/** What was sent, before the other side says what of it has arrived. */
export interface Unverified {
  reader: SourceReader
  digest: string
  kind: 'tree' | undefined
}

/** Tells what has arrived of a file that was read to its end. */
export function describeSent({reader, digest, kind}: Unverified, {skipped: dropped, kept}: Verified): SentFile {
  const skipped = shortfallOf(reader.skipped, dropped)
  return {
    ...arrivedOf(reader, kind === 'tree' ? kept : undefined),
    ...(kind === 'tree' ? {} : {sha256: digest}),
    ...(skipped && {skipped}),
  }
}

/** Nobody has more than was sent. */
function arrivedOf({bytes, files}: SourceReader, kept: Verified['kept']): Pick<SentFile, 'bytes' | 'files'> {
  return {bytes: Math.min(bytes, kept?.bytes ?? bytes), files: Math.min(files, kept?.files ?? files)}
}
