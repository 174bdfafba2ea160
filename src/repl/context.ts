import type {Conversation, HostedRoom, SendOptions} from '../conversation.js'
import type {LocalPaths} from './local-paths.js'
import type {CommandRegistry} from './registry.js'

/** For whom a file is, and how it goes. */
export interface FileTerms extends Pick<SendOptions, 'exclude' | 'links' | 'isResumable'> {
  /** A nick, or `all`; in a room of two the other by default. */
  to?: string
}

/** The one thing that a slash command sees. */
export interface CommandContext {
  readonly conversation: Conversation
  readonly commands: CommandRegistry
  readonly paths: LocalPaths
  /** Returns the media type that a file's name suggests. */
  readonly mediaType: (name: string) => Promise<string>
  /** Shows text, of one or several lines; whatever a terminal would act on is made visible. */
  readonly print: (text: string) => void
  /** Shows a mistake that does not stop the command. */
  readonly fail: (error: unknown) => void
  /** Empties the screen, where there is one. */
  readonly clear: () => void
  /** Leaves; a host closes the room. */
  readonly quit: () => Promise<void>
  /** Offers a file to a member or to `all` (in a room of two: the other), and tells of each offer. */
  readonly offerFile: (path: string, terms?: FileTerms) => Promise<void>
  /** Offers again what was offered here under a number and did not arrive. */
  readonly retry: (transfer: number) => Promise<void>
}

/** What a command of the host sees. */
export interface HostContext extends CommandContext {
  readonly room: HostedRoom
}
