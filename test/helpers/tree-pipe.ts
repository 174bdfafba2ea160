import {TreeSink, type TreeSinkOptions} from '../../src/transfer/tree/tree-sink.js'
import {TreeSource} from '../../src/transfer/tree/tree-source.js'
import type {TreeReader} from '../../src/transfer/tree/tree-reader.js'
import type {WalkOptions} from '../../src/transfer/tree/walk-tree.js'
import {systemClock} from '../../src/session/clock.js'
import {temporaryDirectory} from './temporary-directory.js'

export const transferId = '0123456789abcdef'.repeat(2)

/** A reader of all that is in a directory. */
export async function openTree(root: string, options: WalkOptions = {}): Promise<TreeReader> {
  return (await TreeSource.inspect(root, options, systemClock)).open()
}

/** A sink for a tree, in a directory that is gone after the test. */
export function openSink(over: Partial<TreeSinkOptions> = {}): Promise<TreeSink> {
  const place = {directory: temporaryDirectory(), name: 'new_tree', transfer: transferId}
  return TreeSink.create({...place, bytes: null, files: 0, ...over})
}

/** Everything that a reader has. */
export async function readAll(reader: TreeReader, bufferBytes = 512 * 1024): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (;;) {
    const piece = await reader.read(Buffer.alloc(bufferBytes))
    if (piece.length === 0) break
    pieces.push(piece)
  }
  await reader.close()
  return Buffer.concat(pieces)
}

/** Gives a sink a whole stream in pieces of one size, and publishes it; returns its path. */
export async function fill(sink: TreeSink, stream: Buffer, pieceBytes = 16 * 1024): Promise<string> {
  for (let at = 0; at < stream.length; at += 4 * pieceBytes) {
    const batch = [0, 1, 2, 3].map(index => stream.subarray(at + index * pieceBytes, at + (index + 1) * pieceBytes))
    await sink.write(batch.filter(({length}) => length > 0))
  }
  await sink.digest()
  await sink.persist()
  return sink.publish()
}
