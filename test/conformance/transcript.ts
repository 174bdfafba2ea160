import {frameRules, headerBytes, type FrameName} from '../../src/protocol/frame.js'
import type {Role} from '../../src/session/channels.js'

/** One frame as it is on the wire, and what it means. */
export interface RecordedFrame {
  name: FrameName
  flags: number
  number: number
  channel: number
  /** The payload's meaning, where it is JSON. */
  json: string | undefined
  bytes: Buffer
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

/** A conversation, byte by byte: what was fixed before it, and what was written. */
export interface Transcript {
  fixed: Record<string, string>
  steps: RecordedStep[]
}

const wrapDigits = 96
const withoutJson: readonly FrameName[] = ['pake', 'confirm', 'ping', 'pong', 'chunk']

/** The bytes of a write, as one. */
export function bytesOf({frames}: RecordedWrite): Buffer {
  return Buffer.concat(frames.map(({bytes}) => bytes))
}

/** Reads one frame from the beginning of `bytes`, by nothing but the layout of its header. */
export function readFrame(bytes: Buffer): RecordedFrame {
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
  }
}

/** Writes a transcript as the text of its fixture. */
export function formatTranscript({fixed, steps}: Transcript): string {
  const values = Object.entries(fixed).map(([name, value]) => `${name} = ${value}`)
  return [introduction, ...values, '', steps.map(formatStep).join('\n\n'), ''].join('\n')
}

const introduction = `# A whole conversation of chatctl/1 as it goes over the wire inside TLS, byte by byte, for docs/protocol.md.
#
# ">" begins what one end writes at once, "+" goes on with it. Below each frame: its header (type, flags, number,
# channel, length of the payload), then its payload. What is random otherwise, or of TLS, is fixed as follows; g to
# macKey are what CPace makes of it.
`

function formatStep({title, writes}: RecordedStep): string {
  return [
    `## ${title}`,
    ...writes.flatMap(({from, frames}) => frames.map((frame, index) => formatFrame(frame, from, index))),
  ].join('\n')
}

function formatFrame({name, flags, number, channel, json, bytes}: RecordedFrame, from: Role, index: number): string {
  const fields = Object.entries({flags, number, channel}).filter(([, value]) => value > 0)
  const words = [from, index === 0 ? '>' : '+', name, ...fields.map(field => field.join('=')), ...(json ? [json] : [])]
  const header = bytes.toString('hex', 0, headerBytes).replace(/^(..)(..)(.{12})(.{8})(.{8})$/, '$1 $2 $3 $4 $5')
  const payload = bytes.toString('hex', headerBytes).match(new RegExp(`.{1,${wrapDigits}}`, 'g')) ?? []
  return [words.join(' '), ...[header, ...payload].map(line => `    ${line}`)].join('\n')
}

/** Reads the text of a fixture. */
export function parseTranscript(text: string): Transcript {
  const [head = '', ...sections] = text.split(/^## /m)
  const fixed = Object.fromEntries([...head.matchAll(/^(\w+) = (.*)$/gm)].map(([, name, value]) => [name!, value!]))
  return {fixed, steps: sections.map(parseStep)}
}

function parseStep(section: string): RecordedStep {
  const [title = '', ...lines] = section.split('\n')
  const writes: RecordedWrite[] = []
  for (const [, from, mark, words, hex] of lines
    .join('\n')
    .matchAll(/^(joiner|host) ([>+]) (.*)\n((?: {4}.*\n?)+)/gm)) {
    if (mark === '>') writes.push({from: from as Role, frames: []})
    writes.at(-1)!.frames.push(parseFrame(words!, Buffer.from(hex!.replaceAll(/\s/g, ''), 'hex')))
  }
  return {title, writes}
}

function parseFrame(words: string, bytes: Buffer): RecordedFrame {
  const [, name, fields = '', json] = /^(\w+)((?: \w+=\d+)*)(?: (\{.*))?$/.exec(words)!
  const numbers = Object.fromEntries(
    [...fields.matchAll(/(\w+)=(\d+)/g)].map(([, field, value]) => [field!, Number(value)]),
  )
  const {flags = 0, number = 0, channel = 0} = numbers
  return {name: name as FrameName, flags, number, channel, json, bytes}
}
