import {frameRules, headerBytes, type FrameName} from '../../src/protocol/frame.js'
import {recordHeaderBytes, recordRules, type RecordName} from '../../src/protocol/tree-record.js'
import type {Role} from '../../src/session/channels.js'

/** One record of a directory as it is in a chunk, and what it says. */
export interface RecordedRecord {
  words: string
  bytes: Buffer
}

/** One frame as it is on the wire, and what it means. */
export interface RecordedFrame {
  name: FrameName
  flags: number
  number: number
  channel: number
  /** The payload's meaning, where it is JSON. */
  json: string | undefined
  bytes: Buffer
  /** Of a chunk of a directory, what its payload is made of. */
  records: RecordedRecord[]
}

/** Frames that left one end together. */
export interface RecordedWrite {
  from: Role
  frames: RecordedFrame[]
}

/** What was written to one purpose. */
export interface RecordedStep {
  title: string
  writes: RecordedWrite[]
}

/** What a transcript tells beside the bytes: how it is read, and what was fixed before it. */
export interface TranscriptHead {
  introduction: string
  fixed: Record<string, string>
}

/** What two ends said to each other, byte by byte. */
export interface Transcript extends TranscriptHead {
  steps: RecordedStep[]
}

const wrapDigits = 96
const withoutJson: readonly FrameName[] = ['pake', 'confirm', 'ping', 'pong', 'chunk']

/** The bytes of a write, as one. */
export function bytesOf({frames}: RecordedWrite): Buffer {
  return Buffer.concat(frames.map(({bytes}) => bytes))
}

/** Reads one frame from the beginning of `bytes`, by nothing but the layout of headers; chunks are those of a directory or not. */
export function readFrame(bytes: Buffer, isOfTree: boolean): RecordedFrame {
  const type = bytes.readUInt8(0)
  const name = (Object.keys(frameRules) as FrameName[]).find(candidate => frameRules[candidate].type === type)!
  const end = headerBytes + bytes.readUInt32BE(12)
  const payload = bytes.subarray(headerBytes, end)
  return {
    name,
    flags: bytes.readUInt8(1),
    number: bytes.readUIntBE(2, 6),
    channel: bytes.readUInt32BE(8),
    json: payload.length === 0 || withoutJson.includes(name) ? undefined : payload.toString(),
    bytes: bytes.subarray(0, end),
    records: isOfTree && name === 'chunk' ? readRecords(payload) : [],
  }
}

function readRecords(bytes: Buffer): RecordedRecord[] {
  const records: RecordedRecord[] = []
  for (let rest = bytes; rest.length > 0; rest = rest.subarray(records.at(-1)!.bytes.length))
    records.push(readRecord(rest))
  return records
}

function readRecord(bytes: Buffer): RecordedRecord {
  const type = bytes.readUInt8(0)
  const name = (Object.keys(recordRules) as RecordName[]).find(candidate => recordRules[candidate].type === type)!
  const payloadBytes = bytes.readUIntBE(1, 3)
  const record = bytes.subarray(0, recordHeaderBytes + payloadBytes)
  const payload = record.subarray(recordHeaderBytes)
  return {words: describeRecord(name, payload, payloadBytes), bytes: record}
}

/** Of a record that is cut the rest is never sent. */
function describeRecord(name: RecordName, payload: Buffer, payloadBytes: number): string {
  if (name === 'done') return 'done: the SHA-256 of the file'
  if (name !== 'data') return `${name} ${payload.toString()}`
  const bytes = payload.length < payloadBytes ? `${payload.length} of ${payloadBytes}` : String(payloadBytes)
  return `data, ${bytes} bytes: ${JSON.stringify(payload.toString())}`
}

/** Writes a transcript as the text of its fixture. */
export function formatTranscript({introduction, fixed, steps}: Transcript): string {
  const values = Object.entries(fixed).map(([name, value]) => `${name} = ${value}`)
  return [introduction, '', ...values, '', steps.map(formatStep).join('\n\n'), ''].join('\n')
}

function formatStep({title, writes}: RecordedStep): string {
  return [
    `## ${title}`,
    ...writes.flatMap(({from, frames}) => frames.map((frame, index) => formatFrame(frame, from, index))),
  ].join('\n')
}

function formatFrame({records, bytes, ...frame}: RecordedFrame, from: Role, index: number): string {
  const {name, flags, number, channel, json} = frame
  const fields = Object.entries({flags, number, channel}).filter(([, value]) => value > 0)
  const words = [from, index === 0 ? '>' : '+', name, ...fields.map(field => field.join('=')), ...(json ? [json] : [])]
  const header = bytes.toString('hex', 0, headerBytes).replace(/^(..)(..)(.{12})(.{8})(.{8})$/, '$1 $2 $3 $4 $5')
  const payload = records.length > 0 ? records.flatMap(formatRecord) : formatHex(bytes.subarray(headerBytes))
  return [words.join(' '), `    ${header}`, ...payload].join('\n')
}

function formatRecord({words, bytes}: RecordedRecord): string[] {
  const header = bytes.toString('hex', 0, recordHeaderBytes).replace(/^(..)(.{6})$/, '$1 $2')
  return [`  ${words}`, `    ${header}`, ...formatHex(bytes.subarray(recordHeaderBytes))]
}

function formatHex(bytes: Buffer): string[] {
  const lines = bytes.toString('hex').match(new RegExp(`.{1,${wrapDigits}}`, 'g')) ?? []
  return lines.map(line => `    ${line}`)
}

/** Reads the text of a fixture. */
export function parseTranscript(text: string): Transcript {
  const [head = '', ...sections] = text.split(/^## /m)
  const fixed = Object.fromEntries([...head.matchAll(/^(\w+) = (.*)$/gm)].map(([, name, value]) => [name!, value!]))
  const introduction = head.slice(0, head.indexOf('\n\n'))
  return {introduction, fixed, steps: sections.map(parseStep)}
}

function parseStep(section: string): RecordedStep {
  const [title = '', ...lines] = section.split('\n')
  const writes: RecordedWrite[] = []
  for (const [, from, mark, words, body] of lines
    .join('\n')
    .matchAll(/^(joiner|host) ([>+]) (.*)\n((?: {2}.*\n?)+)/gm)) {
    if (mark === '>') writes.push({from: from as Role, frames: []})
    writes.at(-1)!.frames.push(parseFrame(words!, body!))
  }
  return {title, writes}
}

function parseFrame(words: string, body: string): RecordedFrame {
  const [, name, fields = '', json] = /^(\w+)((?: \w+=\d+)*)(?: (\{.*))?$/.exec(words)!
  const numbers = Object.fromEntries(
    [...fields.matchAll(/(\w+)=(\d+)/g)].map(([, field, value]) => [field!, Number(value)]),
  )
  const {flags = 0, number = 0, channel = 0} = numbers
  const [hex = '', ...sections] = body.split(/^ {2}(?! )/m)
  const records = sections.map(parseRecord)
  const bytes = Buffer.concat([parseHex(hex), ...records.map(record => record.bytes)])
  return {name: name as FrameName, flags, number, channel, json, bytes, records}
}

function parseRecord(section: string): RecordedRecord {
  const [words = '', ...hex] = section.split('\n')
  return {words, bytes: parseHex(hex.join(''))}
}

function parseHex(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')
}
