import {createHash} from 'node:crypto'
import {TreeDecoder} from '../../src/protocol/tree-decoder.js'
import type {TreeEntry, TreePlace} from '../../src/protocol/tree-record.js'
import type {Start} from '../../src/transfer/source.js'
import {TreeTally} from '../../src/transfer/tree/tree-tally.js'

/** An entry with its record, all data of a file that come together, the end of a file, or that all begins anew. */
type Part = {entry: TreeEntry; record: Buffer} | {data: Buffer} | {sha256: Buffer} | {isAnew: true}

/** What a stream of records says, however the data of its files are split: a line for each part. */
export function tell(stream: Buffer, decoder = new TreeDecoder()): string[] {
  return partsOf(stream, decoder).map(say)
}

/** A place in a stream: what a receiver says that has all before it, the decoder that goes on there, and what is to come. */
export interface StreamPlace {
  start: Start & {place: TreePlace}
  decoder: TreeDecoder
  rest: () => string[]
}

/** Every place in a stream behind an entry, or behind no, half, or all of the data of a file. */
export function placesIn(stream: Buffer): StreamPlace[] {
  const parts = partsOf(stream, new TreeDecoder())
  const tally = new TreeTally()
  let bytes = 0
  return parts.flatMap((part, index) => {
    const rest = parts.slice(index + 1)
    if ('entry' in part) {
      tally.add(part.entry, part.record)
      if (part.entry.type === 'file') return placesInFile(part.entry)
    }
    if ('data' in part) bytes += part.data.length
    return 'data' in part ? [] : [placeAt(rest)]

    function placesInFile(entry: TreeEntry & {type: 'file'}): StreamPlace[] {
      const data = rest[0] && 'data' in rest[0] ? rest[0].data : Buffer.alloc(0)
      const behind = data.length > 0 ? rest.slice(1) : rest
      return [...new Set([0, Math.floor(data.length / 2), data.length])].map(offset => {
        const left = offset < data.length ? [{data: data.subarray(offset)}, ...behind] : behind
        return placeAt(left, offset, new TreeDecoder({entry, missing: entry.bytes - offset}))
      })
    }
  })

  function placeAt(rest: Part[], offset?: number, decoder = new TreeDecoder()): StreamPlace {
    const place = tally.placeAt(offset)!
    return {start: {bytes: bytes + (offset ?? 0), place}, decoder, rest: () => rest.map(say)}
  }
}

function partsOf(stream: Buffer, decoder: TreeDecoder): Part[] {
  const parts: Part[] = []
  for (const event of decoder.decode(stream)) {
    const last = parts.at(-1)
    if (event.event === 'entry') parts.push({entry: event.entry, record: event.record})
    else if (event.event === 'done') parts.push({sha256: event.sha256})
    else if (event.event === 'anew') parts.push({isAnew: true})
    else if (last && 'data' in last) last.data = Buffer.concat([last.data, event.piece])
    else parts.push({data: event.piece})
  }
  decoder.end()
  return parts
}

function say(part: Part): string {
  if ('entry' in part) return JSON.stringify(part.entry)
  if ('sha256' in part) return `done ${part.sha256.toString('hex')}`
  if ('isAnew' in part) return 'anew'
  return `data, ${part.data.length} bytes: ${createHash('sha256').update(part.data).digest('hex')}`
}
