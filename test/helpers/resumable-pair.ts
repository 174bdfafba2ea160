import {memoryPair} from '../../src/transport/memory-pair.js'
import {temporaryDirectory} from './temporary-directory.js'
import {DeskEnd} from './transfer-pair.js'

/** A connection between two desks: what has been sent over it, and how it is broken. */
export interface Line {
  /** Bytes of either end so far. */
  sentBytes: number
  /** Breaks it as soon as so many bytes have been sent over it; what is on its way then is lost. */
  cutAfter(bytes: number): void
  /** Lets nothing arrive any more as soon as so many bytes have been sent over it, of which nobody hears. */
  silenceAfter(bytes: number): void
  cut(): void
}

/** Two devices that can be joined again and again: their directories, and the key of who sends, outlive the sessions. */
export class ResumablePair {
  readonly directories = {host: temporaryDirectory(), member: temporaryDirectory()}
  readonly #jobKey = Buffer.alloc(32, 1)
  readonly #pieceBytes: number
  readonly lines: Line[] = []

  /** What is sent arrives in pieces of at most so many bytes; by default as it was sent. */
  constructor(pieceBytes = Infinity) {
    this.#pieceBytes = pieceBytes
  }

  /** Bytes sent over all lines. */
  get sentBytes(): number {
    return this.lines.reduce((sum, {sentBytes}) => sum + sentBytes, 0)
  }

  /** Begins new sessions, as new processes would, joined by a line. */
  begin(): {host: DeskEnd; member: DeskEnd; line: Line} {
    const host = new DeskEnd('host', {directory: this.directories.host, jobKey: this.#jobKey})
    const member = new DeskEnd('joiner', {directory: this.directories.member, jobKey: this.#jobKey})
    return {host, member, line: this.connect(host, member)}
  }

  /** Joins two ends by a new line. */
  connect(host: DeskEnd, member: DeskEnd): Line {
    let [limit, silence] = [Infinity, Infinity]
    const line: Line = {
      sentBytes: 0,
      cutAfter: bytes => (limit = bytes),
      silenceAfter: bytes => (silence = bytes),
      cut: () => pair.cut(),
    }
    const pair = memoryPair(bytes => {
      if (line.sentBytes >= silence) return []
      line.sentBytes += bytes.length
      if (line.sentBytes >= limit) pair.cut()
      return piecesOf(bytes, this.#pieceBytes)
    })
    const seen = {host: host.session.lastSeen, member: member.session.lastSeen}
    host.attach(pair.a, seen.member)
    member.attach(pair.b, seen.host)
    this.lines.push(line)
    return line
  }
}

function piecesOf(bytes: Buffer, pieceBytes: number): Buffer[] {
  const pieces = [bytes.subarray(0, pieceBytes)]
  for (let from = pieceBytes; from < bytes.length; from += pieceBytes)
    pieces.push(bytes.subarray(from, from + pieceBytes))
  return pieces
}
