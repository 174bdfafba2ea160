import {readdirSync, renameSync} from 'node:fs'
import {lstat} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'vitest'
import {systemClock} from '../../src/session/clock.js'
import {partIdOf} from '../../src/transfer/job.js'
import {subjectOf} from '../../src/transfer/part/part-journal.js'
import {formatPartName} from '../../src/transfer/part/part-name.js'
import {PartShelf} from '../../src/transfer/part/part-shelf.js'
import type {Sink} from '../../src/transfer/sink.js'
import {TreeJournal} from '../../src/transfer/tree/tree-journal.js'
import {TreeParts} from '../../src/transfer/tree/tree-parts.js'
import {TreeSource} from '../../src/transfer/tree/tree-source.js'
import {readAll} from './tree-pipe.js'

const job = 'b'.repeat(32)
const id = partIdOf('bob', job, 0)
const dead = {pid: 77, token: '0'.repeat(16)}
const batchBytes = 16_384

/** A machine whose processes are all dead; it was started a minute ago. */
export const deadMachine = {isAlive: () => false, bootedMs: () => Date.now() - 60_000}

/** The journal in the part of a tree. */
export const journalIn = (part: string): string => join(part, 'journal')

/** Opens the journal in the part of a tree. */
export async function openJournalIn(part: string): Promise<TreeJournal> {
  return TreeJournal.open(journalIn(part), subjectOf(id, await lstat(part, {bigint: true})))
}

/** Opens the part of a tree as a process would that begins. */
export function openLeft(directory: string): Promise<Sink> {
  const request = {directory, name: 'new_src', transfer: 'c'.repeat(32), bytes: null, files: 0}
  const origin = {job, peerFingerprint: 'bob', session: {}, takeOver: () => undefined}
  return new PartShelf(deadMachine).open({...request, origin, shape: new TreeParts(request)})
}

/** Gives a sink a stream as it might come. */
export async function writeAll(sink: Sink, stream: Buffer): Promise<void> {
  for (let at = 0; at < stream.length; at += batchBytes) await sink.write([stream.subarray(at, at + batchBytes)])
}

/** Leaves what a process had of a stream when it was killed; returns where. */
export async function leaveTree(directory: string, stream: Buffer): Promise<string> {
  const sink = await openLeft(directory)
  await writeAll(sink, stream)
  return kill(directory, sink)
}

/** Has the part that a process of this test holds be that of one that was killed; returns where it is. */
export async function kill(directory: string, sink: Sink): Promise<string> {
  const [own] = readdirSync(directory).filter(name => name.endsWith('.part'))
  const path = join(directory, formatPartName({name: 'new_src', id, owner: dead}))
  renameSync(join(directory, own!), path)
  // All that is left to let go of are its descriptors: it finds nothing of its own any more.
  await sink.continuation?.keep()
  return path
}

/** All that its sender still has to send, as a stream; and its digest. */
export async function readRest(root: string, {bytes, place}: Pick<Sink, 'bytes' | 'place'>) {
  const reader = await (await TreeSource.inspect(root, {}, systemClock)).open({bytes, place})
  const stream = await readAll(reader)
  return {stream, digest: await reader.digest()}
}

/** Takes the rest of a tree, as often as it is asked for; returns the places that it was asked for from, and how much came. */
export async function takeRest(sink: Sink, root: string): Promise<{starts: number[]; sentBytes: number}> {
  const {bytes, place} = sink
  const {stream, digest} = await readRest(root, {bytes, place})
  try {
    await writeAll(sink, stream)
    expect(await sink.digest()).toBe(digest)
    return {starts: [bytes], sentBytes: stream.length}
  } catch (error) {
    expect(error).toMatchObject({code: 'connection-lost'})
    await sink.continuation?.settled()
    const {starts, sentBytes} = await takeRest(sink, root)
    return {starts: [bytes, ...starts], sentBytes: stream.length + sentBytes}
  }
}

/** Publishes a tree that is whole, of which its sender then hears; returns its path. */
export async function conclude(sink: Sink): Promise<string> {
  await sink.persist()
  const path = await sink.publish()
  await sink.continuation?.forget()
  return path
}
