import type {
  Conversation,
  HostedRoom,
  Member,
  Offer,
  RememberedPeer,
  RoomEvent,
  SendOptions,
  Transfer,
} from '../conversation.js'
import type {Absence} from './absence.js'
import type {Ignored} from './ignored.js'
import type {LocalPaths} from './local-paths.js'
import type {Offered} from './own-offers.js'
import type {PasteBlock} from './paste-block.js'
import type {PluginState} from './plugin-desk.js'
import type {PluginStorage} from './plugin.js'
import type {CommandRegistry} from './registry.js'
import type {ShellFacts} from './shell-io.js'
import type {SlashCommand} from './slash-command.js'
import type {TalkMemory} from './talk-memory.js'

/** For whom a file is, and how it goes. */
export interface FileTerms extends Pick<SendOptions, 'exclude' | 'links' | 'isResumable'> {
  /** A nick, or `all`; in a room of two the other by default. */
  to?: string
}

/** What can be seen from here, without doing anything: it is what arguments are read and completed by. */
export interface Scene {
  /** Oneself. */
  readonly me: () => Member
  /** Whose room it is. */
  readonly host: () => Member
  readonly isHost: () => boolean
  /** Everyone else, in the order in which they came. */
  readonly members: () => Member[]
  /** What waits for an answer from here. */
  readonly offers: () => Offer[]
  /** Every file that is offered, or on its way. */
  readonly transfers: () => Transfer[]
  /** What was offered from here and did not arrive. */
  readonly undelivered: () => (Pick<Offered, 'name' | 'to'> & {transfer: number})[]
  /** The devices that are remembered here. */
  readonly peers: () => RememberedPeer[]
  /** This computer's files, as the shell sees them. */
  readonly paths: LocalPaths
  /** What commands there are. */
  readonly commands: () => Pick<SlashCommand, 'name' | 'summary'>[]
  /** Whether a person looks at a screen; line and event mode have none. */
  readonly isScreen: () => boolean
}

/** What a slash command can do, whoever has written it. */
export interface TalkContext extends Scene {
  /** Says something to everyone; resolves once the room has it. */
  readonly say: (text: string, kind?: 'say' | 'me') => Promise<void>
  /** Says something to one member; resolves once the room has it. */
  readonly tell: (nick: string, text: string) => Promise<void>
  /** Offers a file to a member or to `all` (in a room of two: the other), and tells of each offer. */
  readonly sendFile: (path: string, terms?: FileTerms) => Promise<void>
  /** Shows text, of one or several lines; whatever a terminal would act on is made visible. */
  readonly print: (text: string) => void
  /** Shows a mistake that does not stop the command. */
  readonly fail: (error: unknown) => void
  /** Calls `listener` with every event of the room from now on; returns how to stop it. */
  readonly subscribe: (listener: (event: RoomEvent) => void) => () => void
  /** Asks the person at the screen; in line and event mode nobody is asked. @throws ChatctlError `screen-only` */
  readonly ask: (question: string, signal?: AbortSignal) => Promise<string>
  /** Is aborted when the room is over, or the command has taken too long. */
  readonly signal: AbortSignal
}

/** The one thing that a plug-in's slash command sees. */
export interface CommandContext extends TalkContext {
  /** What the plug-in keeps from one time to the next. */
  readonly storage: PluginStorage
}

/** The terminal in which a shell is seen. */
export interface ShellWindow {
  readonly columns: () => number
  readonly isUnicode: boolean
  /** Whether its background is known to be light. */
  readonly isLight: boolean
  /** Puts text into the clipboard, and says so. */
  readonly copy: (text: string) => void
}

/** What a slash command of the shell itself sees. */
export interface ShellContext extends TalkContext {
  readonly registry: CommandRegistry
  /** Delivers a message as its own line would be: whoever types on does not wait for the room. Mistakes are shown. */
  readonly send: (text: string, deliver: () => Promise<void>) => Promise<void>
  readonly conversation: Conversation
  /** The host's room. @throws ChatctlError `host-only` */
  readonly room: () => HostedRoom
  /** The plug-ins, once they are loaded. */
  readonly plugins: () => Promise<readonly PluginState[]>
  /** What was said lately. */
  readonly talk: TalkMemory
  readonly ignored: Ignored
  readonly absence: Absence
  /** Lines that become one message. */
  readonly block: PasteBlock
  /** Has a person write a text in their editor. @throws ChatctlError `screen-only`, `bad-argument` */
  readonly edit: (text: string) => Promise<string>
  /** Returns the media type that a file's name suggests. */
  readonly mediaType: (name: string) => Promise<string>
  /** What the first screen says and a conversation does not know. */
  readonly facts: ShellFacts
  readonly window: ShellWindow
  /** Empties the screen, where there is one. */
  readonly clear: () => void
  /** Leaves; a host closes the room. */
  readonly quit: () => Promise<void>
  /** Offers again what was offered here under a number and did not arrive. */
  readonly retry: (transfer: number) => Promise<void>
}
