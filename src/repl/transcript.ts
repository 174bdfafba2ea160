import type {Conversation, RoomEvent} from '../conversation.js'
import {formatDay, formatTime} from '../ui/format.js'
import {ruleMark} from '../ui/marks.js'
import type {Theme} from '../ui/theme.js'
import {wrapWords} from '../ui/wrap.js'
import {comebackText, goneText} from './comeback-text.js'
import {Comings} from './comings.js'
import {comingsText, eventText, isRepeated} from './event-text.js'
import {connectedScreen, listeningScreen} from './first-screen.js'
import {isMentioned} from './mention.js'
import {messageBlock, type MessageEvent} from './message-text.js'
import type {ShellClock} from './shell-clock.js'
import type {ShellIo} from './shell-io.js'

/** What a transcript is written with. */
export interface TranscriptTools {
  readonly theme: Theme
  readonly clock: ShellClock
  /** The date and the time of day. */
  readonly today: () => Date
  readonly facts: Pick<ShellIo, 'facts' | 'home' | 'look'>
  readonly columns: () => number
  /** Shows lines. */
  readonly print: (text: string) => void
  /** How many messages the room does not have yet. */
  readonly waitingMessages: () => number
  /** Hears that one is spoken to. */
  readonly onMention: () => void
}

/** What a screen keeps of a conversation: everything that happens, as lines with their time. */
export class Transcript {
  readonly #conversation: Conversation
  readonly #tools: TranscriptTools
  readonly #comings: Comings
  #day: string

  constructor(conversation: Conversation, tools: TranscriptTools) {
    this.#conversation = conversation
    this.#tools = tools
    this.#day = formatDay(tools.today())
    this.#comings = new Comings(tools.clock, events => this.#line(comingsText(events, tools.theme)))
  }

  /** Takes what happens in the room. */
  observe(event: RoomEvent): void {
    if (event.event === 'progress' || isRepeated(event)) return
    if (event.event === 'joined' || event.event === 'left') return this.#comings.add(event)
    this.#comings.flush()
    switch (event.event) {
      case 'message':
        return this.#message(event)
      case 'listening':
        return this.#screen(listeningScreen(event, this.#conversation, this.#tools.facts, this.#tools.theme))
      case 'connected':
        return this.#screen(connectedScreen(event, this.#conversation, this.#tools.theme))
      case 'reconnecting':
        return this.#line(this.#tools.theme.warning(goneText(this.#conversation)))
      case 'reconnected':
        return this.#line(comebackText(this.#conversation, event.ms, this.#tools.waitingMessages()))
      default:
        return this.#line(eventText(event, this.#tools.theme, this.#tools.columns() - timeIndent.length))
    }
  }

  /** Writes what is still to be written. */
  close(): void {
    this.#comings.close()
  }

  #message(message: MessageEvent): void {
    const {theme, today, onMention} = this.#tools
    const {nick} = this.#conversation.me
    this.#print(messageBlock(message, today(), theme, nick))
    if (!message.self && (message.kind === 'private' || isMentioned(nick, message.text))) onMention()
  }

  #line(text: string): void {
    const {theme, today} = this.#tools
    const columns = this.#tools.columns()
    const [first = '', ...below] = text.split('\n')
    const lines = wrapWords(`${theme.faint(formatTime(today()))} ${first}`, columns, timeIndent)
    this.#print([...lines, ...below.flatMap(line => wrapWords(line, columns, hintIndent))].join('\n'))
  }

  /** What is indented is to be copied, and is not broken. */
  #screen(text: string): void {
    const lines = text.split('\n')
    const {columns} = this.#tools
    this.#print(lines.flatMap(line => (line.startsWith(' ') ? [line] : wrapWords(line, columns()))).join('\n'))
  }

  #print(text: string): void {
    const {theme, today, print} = this.#tools
    const day = formatDay(today())
    if (day !== this.#day) print(theme.faint(`${rule} ${day} ${rule}`))
    this.#day = day
    print(text)
  }
}

const timeIndent = ' '.repeat('14:02 '.length)
const hintIndent = '  '
const rule = ruleMark.repeat(3)
