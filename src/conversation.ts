import type {Readable} from 'node:stream'
import type {ChatctlError} from './errors/index.js'

/** Someone in a room. Ids are unique in a room and never given twice; nicks are unique at any one time. */
export interface Member {
  /** What events mean by it. */
  id: number
  /** What people call it; it may change. */
  nick: string
}

/** A stream that is sent as a file is, under a name; it is read once, to its end. */
export interface NamedStream {
  /** What is sent. */
  readonly stream: Readable
  /** What it is called for whoever receives it. */
  readonly name: string
}

/** Why a member left. */
export type LeaveReason = 'quit' | 'lost' | 'kicked' | 'closed'

/** How a message was said. */
export type MessageKind = 'say' | 'me' | 'private'

/** Which way a file goes, seen from here. */
export type Direction = 'send' | 'receive'

interface TransferEnd {
  /** The number of the transfer, unique in the conversation. */
  transfer: number
  /** As it was offered. */
  name: string
}

/** What of a directory has not arrived: how much, and the first hundred of it by path. */
export interface Shortfall {
  /** How many files and directories. */
  count: number
  /** Each by its path, with the code of what kept it. */
  first: {path: string; code: string}[]
}

/** A file that has arrived or left whole: both ends have the same SHA-256; or a directory, and each file in it has. */
export interface Delivered extends TransferEnd {
  /** Of all that is in it. */
  bytes: number
  /** One, unless it is a directory. */
  files: number
  /** Lower-case hex; of a single file only. */
  sha256?: string
  /** What could not be read at the one end, or kept at the other. */
  skipped?: Shortfall
  /** Milliseconds from its acceptance to its end. */
  ms: number
  /** How many bytes had come in an earlier try. */
  resumedFrom: number
}

/** A file, or a directory, that waits for an answer from here. */
export interface Offer extends TransferEnd {
  /** Who offers it. */
  from: Member
  /** Null when the sender does not know it. */
  bytes: number | null
  /** One, unless it is a directory. */
  files: number
  /** A media type, such as `application/pdf`. */
  mediaType: string
  /** Absent: a file. Of a directory whose size is not known, `files` are those that were counted so far. */
  kind?: 'tree'
}

/** A device that is remembered here: it proves a code no more. */
export interface RememberedPeer {
  /** What it is called here, whatever it calls itself. */
  readonly name: string
  /** SHA-256 of its public key, in lower-case hex. */
  readonly fingerprint: string
  /** Where it was met last; without a port when it came from there, and was never dialled. */
  readonly address?: {readonly host: string; readonly port?: number | undefined} | undefined
  /** Since when it is remembered, as ISO time. */
  readonly since: string
}

/** What two people read to each other to know that nobody sits between their devices. */
export interface Verification {
  /** With whom to compare. */
  readonly member: Member
  /** The same eight words at both ends; undefined when the other end is this device itself. */
  readonly words: readonly string[] | undefined
}

/** How long it takes to reach someone and to hear from them. */
export interface RoundTrip {
  /** Who was reached. */
  readonly member: Member
  /** Milliseconds, there and back. */
  readonly ms: number
}

/** What is known here of someone's device. */
export interface Identity {
  /** Whose device it is. */
  readonly member: Member
  /** Undefined where only the host has met it. */
  readonly fingerprint?: string
  /** What it is called here, if it is remembered. */
  readonly knownAs?: string
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
      /** What the host's device is called here, when it was remembered before. */
      knownAs?: string
      nick: string
      members: Member[]
    }
  | {event: 'joined'; member: Member; knownAs?: string}
  | {event: 'left'; member: Member; reason: LeaveReason}
  | {event: 'renamed'; member: Member; was: string; self: boolean}
  | {event: 'message'; id: number; from: Member; to?: Member; text: string; kind: MessageKind; self: boolean}
  /** `taken` when nobody is asked: whether it is taken, or turned down, at once. */
  | ({event: 'offer'; taken?: boolean} & Offer)
  | {event: 'progress'; transfer: number; direction: Direction; bytes: number; total: number | null; rate: number}
  | ({event: 'received'; path: string} & Delivered)
  | ({event: 'sent'} & Delivered)
  /** `by` says which end gave it up; `accepted` says of a file that was to come here that it had been taken. */
  | ({event: 'declined' | 'failed' | 'cancelled'; code: string; message: string} & TransferEnd & GivenUp)
  /** A transfer stands still, here or at the other side: `code` is `asked`, `disk-full`, or another of the peer's. */
  | ({event: 'paused'; message: string} & TransferPause & TransferEnd)
  | ({event: 'resumed'} & TransferEnd)
  | {event: 'remembered'; name: string; fingerprint: string; role: 'host' | 'guest'}
  | {event: 'reconnecting'; attempt: number}
  | {event: 'reconnected'; ms: number}
  | {event: 'notice' | 'error'; code: string; message: string}
  | {event: 'bye'; reason: string}

interface GivenUp {
  by: 'self' | 'peer'
  accepted?: true
}

/** Whether what is sent is compressed on its way: `auto` where that saves time. */
export type Compression = 'auto' | 'on' | 'off'

/** How long something is waited for. */
export interface Waiting {
  /** Ends the waiting: its reason is thrown. */
  signal?: AbortSignal | undefined
}

/** How a file or a directory is offered. */
export interface SendOptions {
  /** Gives the file up, wherever it stands. */
  signal?: AbortSignal | undefined
  /** A member, or the nick of one. */
  to?: string | Member
  /** What it is called; by default as here. */
  name?: string
  /** False when it is to begin anew, whatever of it is there. */
  isResumable?: boolean
  /** What of a directory is left out: patterns in the syntax of gitignore. */
  exclude?: readonly string[]
  /** Whether links in a directory are sent, which stay inside. */
  links?: boolean
  /** `auto` by default. */
  compression?: Compression
  /** How many are offered the same: those who keep pace share one reading of it. One by default. */
  recipients?: number
}

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
  /** Which way it goes. */
  readonly direction: Direction
  /** As it was offered. */
  readonly name: string
  /** Whom it comes from, or goes to. */
  readonly peer: Member
  /** Null when the sender does not know it. */
  readonly bytes: number | null
  /** Bytes so far. */
  readonly moved: number
  /** Bytes a second, over the last seconds. */
  readonly rate: number
  /** Whether it has been accepted, and stands still since. */
  readonly state: 'offered' | 'moving' | 'paused'
  /** Why it stands still; undefined while it does not. */
  readonly pause?: TransferPause | undefined
}

/** Why a transfer stands still: `asked` by somebody, `disk-full`, or another code of the peer's. */
export interface TransferPause {
  /** Which end holds it. */
  by: 'self' | 'peer'
  /** Why. */
  code: string
}

/** Where what happens is shown to whoever reads there. */
export interface Display {
  /** Bytes that wait to be read. */
  readonly waitingBytes: number
  /** How much has been read, in whatever unit: as long as this stays the same, nobody reads. */
  readonly takenCount: number
}

/**
 * A room as one of its members has it: what host() and join() give, and all that a shell needs.
 *
 * Every method that cannot do what it says throws or rejects with a {@link ChatctlError}. A promise that a method returns
 * is for its caller to handle; those that are properties (`ended`, and of a file `offered`, `answered` and `delivered`)
 * may be left alone.
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
  /**
   * Every event from now on, for the first who reads also what came before, ending after `bye`. 8 MiB of them wait for
   * who reads slowly; what comes on top of that is left out, and a `notice` with the code `missed` stands in its place.
   * @throws the reason of the signal
   */
  events(options?: Waiting): AsyncIterable<RoomEvent>
  /** Holds floods of talk back while more than 4 MiB wait at a display; one that takes nothing for 2 s holds up nobody. */
  paceBy(display: Display): void
  /**
   * Sends text to everyone, up to 65,536 bytes of UTF-8; resolves once the room has it. When it is no longer waited for
   * it may arrive all the same.
   * @throws ChatctlError `empty-message`, `message-too-long`; `connection-lost` when the conversation ends before that; the
   * reason of the signal
   */
  say(text: string, kind?: 'say' | 'me', options?: Waiting): Promise<void>
  /**
   * Sends text to one member, as `say` does to everyone.
   * @throws ChatctlError `unknown-member`, and what `say` throws
   */
  tell(nick: string, text: string, options?: Waiting): Promise<void>
  /**
   * Asks for another nick; resolves once it is one's own.
   * @throws ChatctlError `bad-nick`, `nick-taken`; `connection-lost` when the conversation ends before that; the reason of
   * the signal
   */
  rename(nick: string, options?: Waiting): Promise<void>
  /**
   * Whom a file is for: the member of a nick, everyone else for `all`, in a room of two the other by default.
   * @throws ChatctlError `unknown-member`, `no-recipient`
   */
  recipients(to?: string): Member[]
  /**
   * Offers a file, a directory, or what a stream gives, to a member (in a room of two: the other); resolves when it has a
   * number. What becomes of it is told by `delivered`, and by events.
   * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`; `unknown-member`, `no-recipient`; `connection-lost`
   * when the conversation is over; the reason of the signal
   */
  sendFile(path: string | NamedStream, options?: SendOptions): Promise<OutgoingFile>
  /** Every file that is offered, or on its way, in the order of their numbers. */
  transfers(): Transfer[]
  /** Bytes a second that {@link limitBandwidth} allows each way; undefined without a limit. */
  readonly bandwidthLimit: number | undefined
  /** Holds all that is sent here to so many bytes a second, and all that is received; undefined lifts the limit. */
  limitBandwidth(bytesPerSecond: number | undefined): void
  /** What files are sent by that say nothing of it. */
  compression: Compression
  /** What waits for an answer from here. */
  offers(): Offer[]
  /**
   * Takes an offer, under another name if `as` is given; progress and the end come as events.
   * @throws ChatctlError `unknown-transfer`, `unsafe-name`
   */
  accept(transfer: number, as?: string): void
  /**
   * Turns an offer down.
   * @throws ChatctlError `unknown-transfer`
   */
  decline(transfer: number): void
  /**
   * Gives up a transfer of either direction, wherever it stands.
   * @throws ChatctlError `unknown-transfer`
   */
  cancel(transfer: number, reason?: ChatctlError): void
  /**
   * Lets a transfer of either direction stand still, at both ends, until it is resumed here; for a day at most.
   * @throws ChatctlError `unknown-transfer`; `bad-argument` when it is not on its way
   */
  pause(transfer: number): void
  /**
   * Lets a transfer go on that was paused here; one whose disk is full tries again at once.
   * @throws ChatctlError `unknown-transfer`; `bad-argument` when none of the pause is up to this end
   */
  resume(transfer: number): void
  /** The devices that are remembered here, in the order in which they came to be. */
  peers(): RememberedPeer[]
  /**
   * Forgets a device: it proves a code again the next time.
   * @throws ChatctlError `unknown-peer`; `not-writable`, `not-readable` or `disk-full` for the files in `home`
   */
  forget(name: string): Promise<void>
  /**
   * Tells what to compare with a member: for a member the host is the only one, and the default.
   * @throws ChatctlError `unknown-member`, `no-recipient`, `host-only`
   */
  verify(nick?: string): Promise<Verification>
  /**
   * Tells how long it takes to reach someone: a member reaches only the host, which is the default in a room of two too.
   * @throws ChatctlError `unknown-member`, `no-recipient`, `host-only`; `connection-lost`; the reason of the signal
   */
  ping(nick?: string, options?: Waiting): Promise<RoundTrip>
  /**
   * Tells what is known of a member's device; only the host has met those of others.
   * @throws ChatctlError `unknown-member`
   */
  identify(nick: string): Identity
  /** The absolute path of the directory where received files go. */
  readonly out: string
  /**
   * Has files received elsewhere that are taken from now on.
   * @throws ChatctlError `not-readable`, `not-writable`
   */
  receiveInto(directory: string): Promise<void>
  /**
   * Resolves when all that was said and answered here has been acknowledged, and no transfer runs.
   * @throws ChatctlError `connection-lost` when the conversation ends before that; the reason of the signal
   */
  settled(options?: Waiting): Promise<void>
  /**
   * Says goodbye and ends: a member leaves, a host closes the room. Resolves when all is closed. A member who leaves while
   * the connection is lost ends with `connection-lost` when something was under way.
   */
  leave(): Promise<void>
  /** Settles when the conversation is over, for whatever reason; never rejects. */
  readonly ended: Promise<{reason: string; error?: ChatctlError}>
}

/** The host's conversation. */
export interface HostedRoom extends Conversation {
  /** Where it listens. */
  readonly port: number
  /** Where others can reach it, best first. */
  readonly addresses: string[]
  /** What a guest proves, or did as long as it was good; undefined in an open room. */
  readonly code: string | undefined
  /** Of this device: SHA-256 of its public key, in lower-case hex. */
  readonly fingerprint: string
  /** Whether remembered devices prove a code, too. */
  readonly isCodeOnly: boolean
  /**
   * Makes a new code, for `uses` guests or any number, in place of the last one; returns it. A code that the host was started
   * with is good again when those guests have come, or after a call without `uses`.
   * @throws ChatctlError `bad-argument` for `uses` that is no whole number above 0, or in an open room; `connection-lost`
   * when the room is closed
   */
  invite(uses?: number): string
  /**
   * Removes a member, who may come back as anybody may.
   * @throws ChatctlError `unknown-member`; `connection-lost` when the room is closed
   */
  kick(nick: string): void
}
