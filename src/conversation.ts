import type {ChatctlError} from './errors/index.js'

/** Someone in a room. Ids are unique in a room and never given twice; nicks are unique at any one time. */
export interface Member {
  id: number
  nick: string
}

/** Why a member left. */
export type LeaveReason = 'quit' | 'lost' | 'kicked' | 'closed'

/** How a message was said. */
export type MessageKind = 'say' | 'me' | 'private'

/** Which way a file goes, seen from here. */
export type Direction = 'send' | 'receive'

interface TransferEnd {
  transfer: number
  name: string
}

/** A file that has arrived or left whole: both ends have the same SHA-256. */
export interface Delivered extends TransferEnd {
  bytes: number
  files: number
  /** Lower-case hex. */
  sha256: string
  ms: number
  resumedFrom: number
}

/** A file that waits for an answer from here. */
export interface Offer extends TransferEnd {
  from: Member
  /** Null when the sender does not know it. */
  bytes: number | null
  files: number
  mediaType: string
}

/** Everything that happens in a conversation, as `--json` prints it. Names and fields are a contract. */
export type RoomEvent =
  | {event: 'listening'; addresses: string[]; port: number; code?: string; fingerprint: string}
  | {event: 'invite'; code?: string; uses: number | null}
  | {
      event: 'connected'
      host: string
      port: number
      fingerprint: string
      known: boolean
      nick: string
      members: Member[]
    }
  | {event: 'joined'; member: Member}
  | {event: 'left'; member: Member; reason: LeaveReason}
  | {event: 'renamed'; member: Member; was: string; self: boolean}
  | {event: 'message'; id: number; from: Member; to?: Member; text: string; kind: MessageKind; self: boolean}
  | ({event: 'offer'} & Offer)
  | {event: 'progress'; transfer: number; direction: Direction; bytes: number; total: number | null; rate: number}
  | ({event: 'received'; path: string} & Delivered)
  | ({event: 'sent'} & Delivered)
  | ({event: 'declined' | 'failed' | 'cancelled'; code: string; message: string} & TransferEnd)
  | {event: 'reconnecting'; attempt: number}
  | {event: 'reconnected'; ms: number}
  | {event: 'notice' | 'error'; code: string; message: string}
  | {event: 'bye'; reason: string}

/** One file on its way out. */
export interface OutgoingFile {
  /** The number that events call `transfer`. */
  readonly transfer: number
  /** Resolves when the offer is on its way, for which it may have to wait: 32 to one member are at once; never rejects. */
  readonly offered: Promise<void>
  /** Resolves when the other side has accepted or declined it, or it has ended otherwise; never rejects. */
  readonly answered: Promise<void>
  /** Settles when the other side has verified the file, or with the reason why not (a {@link ChatctlError}). */
  readonly delivered: Promise<Delivered>
}

/** One file that is offered, or on its way, in either direction. */
export interface Transfer {
  /** The number that events call `transfer`. */
  readonly transfer: number
  readonly direction: Direction
  readonly name: string
  /** Whom it comes from, or goes to. */
  readonly peer: Member
  /** Null when the sender does not know it. */
  readonly bytes: number | null
  /** Bytes so far. */
  readonly moved: number
  /** Bytes a second, over the last seconds. */
  readonly rate: number
  /** Whether it has been accepted. */
  readonly state: 'offered' | 'moving'
}

/**
 * A room as one of its members has it: what host() and join() give, and all that a shell needs.
 *
 * Every method that cannot do what it says throws or rejects with a {@link ChatctlError}.
 */
export interface Conversation {
  /** Oneself. */
  readonly me: Member
  /** The member who listens; the same as `me` in the host's own conversation. */
  readonly host: Member
  /** Everyone else, in the order in which they came. */
  members(): Member[]
  /** Calls `listener` with every event from now on, the first one also with what came before; returns how to stop it. */
  subscribe(listener: (event: RoomEvent) => void): () => void
  /** Every event from now on, ending after `bye`. */
  events(): AsyncIterable<RoomEvent>
  /** Sends text to everyone; resolves once the room has it. */
  say(text: string, kind?: 'say' | 'me'): Promise<void>
  /** Sends text to one member; resolves once the room has it. */
  tell(nick: string, text: string): Promise<void>
  /** Asks for another nick; resolves once it is one's own. */
  rename(nick: string): Promise<void>
  /** Whom a file is for: the member of a nick, everyone else for `all`, in a room of two the other by default. */
  recipients(to?: string): Member[]
  /** Offers a file to a member (in a room of two: the other); resolves when it has a number. */
  sendFile(path: string, options?: {to?: string | Member; name?: string}): Promise<OutgoingFile>
  /** Every file that is offered, or on its way, in the order of their numbers. */
  transfers(): Transfer[]
  /** Bytes a second that {@link limitBandwidth} allows each way; undefined without a limit. */
  readonly bandwidthLimit: number | undefined
  /** Holds all that is sent here to so many bytes a second, and all that is received; undefined lifts the limit. */
  limitBandwidth(bytesPerSecond: number | undefined): void
  /** What waits for an answer from here. */
  offers(): Offer[]
  /** Takes an offer, under another name if `as` is given; progress and the end come as events. */
  accept(transfer: number, as?: string): void
  /** Turns an offer down. */
  decline(transfer: number): void
  /** Gives up a transfer of either direction, wherever it stands. */
  cancel(transfer: number): void
  /** Resolves when all that was said and answered here has been acknowledged, and no transfer runs. */
  settled(): Promise<void>
  /** Says goodbye and ends: a member leaves, a host closes the room. Resolves when all is closed. */
  leave(): Promise<void>
  /** Settles when the conversation is over, for whatever reason; never rejects. */
  readonly ended: Promise<{reason: string; error?: ChatctlError}>
}

/** The host's conversation. */
export interface HostedRoom extends Conversation {
  readonly port: number
  /** Where others can reach it, best first. */
  readonly addresses: string[]
  /** What a guest proves, or did as long as it was good; undefined in an open room. */
  readonly code: string | undefined
  readonly fingerprint: string
  /**
   * Makes a new code, for `uses` guests or any number, in place of the last one; returns it. A code that the host was started
   * with is good again when those guests have come, or after a call without `uses`.
   */
  invite(uses?: number): string
}
