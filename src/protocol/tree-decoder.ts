import {ChatctlError} from '../errors/index.js'
import {decodeJson} from './json.js'
import {
  entrySchemas,
  isEntryName,
  recordHeaderBytes,
  recordRules,
  type FileEntry,
  type RecordName,
  type TreeEntry,
} from './tree-record.js'

/** What a tree's bytes say, in order. */
export type TreeEvent =
  /** `record` is the whole of it as it came, as the digest of the tree takes it. */
  | {readonly event: 'entry'; readonly entry: TreeEntry; readonly record: Buffer}
  /** A piece of the file that was announced last, as it came: never copied. */
  | {readonly event: 'data'; readonly piece: Buffer}
  /** All bytes of that file have come. */
  | {readonly event: 'done'; readonly sha256: Buffer}
  /** Everything comes from the beginning, whatever was asked for, and has come so far. */
  | {readonly event: 'anew'}

const namesByType = new Map<number, RecordName>(
  Object.entries(recordRules).map(([name, rule]) => [rule.type, name as RecordName]),
)

type State =
  | {readonly awaits: 'header'}
  | {readonly awaits: 'payload'; readonly name: Exclude<RecordName, 'data' | 'anew'>; readonly record: Buffer}
  | {readonly awaits: 'data'; readonly payloadBytes: number}

const awaitHeader: State = {awaits: 'header'}

/** What is under way: a file that was announced, and how much of it is still to come. */
export interface FileUnderWay {
  readonly entry: Pick<FileEntry, 'path' | 'bytes'>
  missing: number
}

/**
 * Turns the bytes of a tree into what they say: the same however they are split.
 *
 * Every limit is held from the header alone, before a byte of payload is kept, and so is the order of records: between
 * `file` and its `done` or `skipped` there is nothing but its data, exactly as much as was announced; but that everything
 * may begin anew, once. States: `header` -> `payload` or `data` -> `header`.
 */
export class TreeDecoder {
  readonly #headerBuffer = Buffer.allocUnsafe(recordHeaderBytes)
  #state = awaitHeader
  /** Bytes of the current header or payload that have come. */
  #gathered = 0
  #isAnew = false
  #file: FileUnderWay | undefined

  /** Goes on in a file, or behind one. */
  constructor(file?: FileUnderWay) {
    this.#file = file && {...file}
  }

  /**
   * Decodes all that there is, step by step as the events are taken.
   * @throws ChatctlError `protocol-violation` at the first record that breaks a rule
   */
  *decode(bytes: Buffer): Generator<TreeEvent, void> {
    let position = 0
    while (position < bytes.length) {
      const state = this.#state
      const end = Math.min(bytes.length, position + this.#missingOf(state))
      const piece = bytes.subarray(position, end)
      const event = this.#take(state, piece)
      if (event) yield event
      position = end
    }
  }

  /**
   * Takes note that nothing more comes.
   * @throws ChatctlError `protocol-violation` in the middle of a record or of a file
   */
  end(): void {
    if (this.#file || this.#state.awaits !== 'header' || this.#gathered > 0) throw violation('it ends in the middle')
  }

  #missingOf(state: State): number {
    if (state.awaits === 'header') return recordHeaderBytes - this.#gathered
    return (state.awaits === 'payload' ? state.record.length : state.payloadBytes) - this.#gathered
  }

  #take(state: State, piece: Buffer): TreeEvent | undefined {
    switch (state.awaits) {
      case 'header':
        return this.#takeHeader(piece)
      case 'payload':
        return this.#takePayload(state, piece)
      case 'data':
        return this.#takeData(state, piece)
    }
  }

  #takeHeader(piece: Buffer): TreeEvent | undefined {
    if (!this.#gather(this.#headerBuffer, piece)) return undefined
    const {name, payloadBytes} = parseHeader(this.#headerBuffer)
    this.#requireTurn(name, payloadBytes)
    if (name === 'anew') return this.#beginAnew()
    if (name === 'data') {
      this.#await({awaits: 'data', payloadBytes})
      return undefined
    }
    const record = Buffer.allocUnsafe(recordHeaderBytes + payloadBytes)
    this.#await({awaits: 'payload', name, record})
    this.#gather(record, this.#headerBuffer)
    return undefined
  }

  #beginAnew(): TreeEvent {
    this.#await(awaitHeader)
    this.#isAnew = true
    this.#file = undefined
    return {event: 'anew'}
  }

  #takePayload({name, record}: State & {awaits: 'payload'}, piece: Buffer): TreeEvent | undefined {
    if (!this.#gather(record, piece)) return undefined
    this.#await(awaitHeader)
    const payload = record.subarray(recordHeaderBytes)
    if (isEntryName(name)) {
      const entry = {type: name, ...decodeJson(entrySchemas[name], payload)} as TreeEntry
      return this.#takeEntry(entry, record)
    }
    this.#file = undefined
    return {event: 'done', sha256: payload}
  }

  #takeEntry(entry: TreeEntry, record: Buffer): TreeEvent {
    if (this.#file && !isSamePath(this.#file.entry.path, entry.path))
      throw violation('another file is given up than the one under way')
    this.#file = entry.type === 'file' ? {entry, missing: entry.bytes} : undefined
    return {event: 'entry', entry, record}
  }

  #takeData({payloadBytes}: State & {awaits: 'data'}, piece: Buffer): TreeEvent {
    this.#gathered += piece.length
    if (this.#file) this.#file.missing -= piece.length
    if (this.#gathered === payloadBytes) this.#await(awaitHeader)
    return {event: 'data', piece}
  }

  #requireTurn(name: RecordName, payloadBytes: number): void {
    const file = this.#file
    if (name === 'skipped') return
    if (name === 'anew') return this.#requireOnce()
    if (name !== 'data' && name !== 'done') {
      if (file) throw violation(`a ${name} record before the file under way is done`)
    } else if (!file) {
      throw violation(`a ${name} record, and no file`)
    } else if (name === 'data' ? payloadBytes > file.missing : file.missing > 0) {
      throw violation(`a file of ${file.entry.bytes} bytes with more or fewer`)
    }
  }

  /** Whoever sent it anew without end would keep a disk busy. */
  #requireOnce(): void {
    if (this.#isAnew) throw violation('it begins anew once more')
  }

  #await(state: State): undefined {
    this.#state = state
    this.#gathered = 0
  }

  /** Returns whether the target is full now. */
  #gather(target: Buffer, piece: Buffer): boolean {
    piece.copy(target, this.#gathered)
    this.#gathered += piece.length
    return this.#gathered === target.length
  }
}

function parseHeader(bytes: Buffer): {name: RecordName; payloadBytes: number} {
  const name = namesByType.get(bytes.readUInt8(0))
  if (name === undefined) throw violation(`a record of unknown type ${bytes.readUInt8(0)}`)
  const payloadBytes = bytes.readUIntBE(1, 3)
  const {minPayloadBytes, maxPayloadBytes} = recordRules[name]
  if (payloadBytes < minPayloadBytes || payloadBytes > maxPayloadBytes)
    throw violation(`a ${name} record of ${payloadBytes} bytes`)
  return {name, payloadBytes}
}

function isSamePath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index])
}

function violation(what: string): ChatctlError {
  return new ChatctlError('protocol-violation', `the other side sent a wrong tree: ${what}`)
}
