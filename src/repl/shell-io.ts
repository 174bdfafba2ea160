import type {Readable, Writable} from 'node:stream'
import type {controlJobs} from './screen/job-control.js'
import type {Reflow} from './screen/reflow.js'
import type {RoomEvent} from '../conversation.js'
import type {Look} from '../ui/look.js'
import type {ShellClock} from './shell-clock.js'
import type {PluginSource} from './plugin.js'

/** Where a shell reads: a terminal, a pipe or a file. */
export type ShellInput = Readable & {setRawMode?: (isRaw: boolean) => unknown}

/** Where a shell writes; a terminal knows its size. */
export type ShellOutput = Writable & {columns?: number; rows?: number}

/** What the first screen says and a conversation does not know. */
export interface ShellFacts {
  version: string
  /** Where received files go. */
  outDirectory: string
  /** What starts `join` here, such as `npx chatctl join`. */
  joinCommand: string
  /** At which interface each address of this computer is. */
  interfaces: Readonly<Record<string, string>>
  /** The port that `join` dials unless it is told another. */
  defaultPort: number
}

/** Everything that a shell has of the world outside its conversation. */
export interface ShellIo {
  stdin: ShellInput
  stdout: ShellOutput
  stderr: Writable
  mode: 'terminal' | 'line' | 'event'
  /** What each stream can show; line and event mode never use colours. */
  look: {stdout: Look; stderr: Look}
  /** Where `/ls` and `/file` start; the shell's own directory moves from there, the process's does not. */
  cwd: string
  /** What `~` stands for. */
  home: string
  /** How long a member listens on after the end of its input; none by default. */
  waitMs?: number
  /** How long a member waits, after the end of its input, for answers to its own offers; 10 minutes by default. */
  timeoutMs?: number
  /** Hears what happens in the room; `warn` shows a line. */
  onEvent?: (event: RoomEvent, warn: (text: string) => void) => void
  /** Where plug-ins come from; none by default. */
  plugins?: PluginSource
  /** Has a person change a text in the editor of their choice; returns what it is then. The terminal is free meanwhile. */
  openEditor?: (text: string) => Promise<string>
  /** Returns the media type that a file's name suggests. */
  mediaType: (name: string) => Promise<string>
  facts: ShellFacts
  /** Time as the shell sees it; the machine's by default. */
  clock?: ShellClock
  /** The date and the time of day; the machine's by default. */
  today?: () => Date
  /** Whether the terminal rings when one is named while its window is not looked at; it does by default. */
  hasBell?: boolean
  /** What the terminal does with long rows when its window is made narrower; by default it wraps them all. */
  reflow?: Reflow
  /** Where the commands that were entered are kept; nowhere by default. */
  dataDirectory?: string
  /** Returns text without the codes that this process knows. */
  redact?: (text: string) => string
  /** How the process is stopped by Ctrl-Z; by the system's signals, by default. */
  controlJobs?: typeof controlJobs
  /** How much line mode says about what happens: `quiet` only what fails or wants an answer, `verbose` progress too. */
  verbosity?: 'quiet' | 'normal' | 'verbose'
}
