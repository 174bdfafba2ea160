import type {Conversation, RoomEvent} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import {formatTime} from '../ui/format.js'
import {sanitiseLine} from '../ui/sanitise.js'
import {createTheme, type Theme} from '../ui/theme.js'
import {columnsOf, cutMiddle} from '../ui/width.js'
import {errorText} from './error-text.js'
import {eventText, isRepeated} from './event-text.js'
import {connectedScreen, listeningScreen} from './first-screen.js'
import {parseInput} from './input.js'
import {viewOfInput} from './input-view.js'
import {LineEditor} from './line-editor.js'
import {LiveArea, type LiveRows} from './live-area.js'
import {fitsIntoMessage} from './message-limit.js'
import {messageBlock} from './message-text.js'
import {ProgressRows} from './progress-rows.js'
import {Shell} from './shell.js'
import type {ShellIo} from './shell-io.js'
import {takeTerminal} from './terminal-state.js'

/** Runs a shell for a person at a terminal, until the conversation is over; returns the exit code of the process. */
export async function runTerminal(conversation: Conversation, io: ShellIo): Promise<number> {
  const terminal = new TerminalShell(conversation, io)
  const {error} = await terminal.run()
  if (!error) return 0
  io.stderr.write(`${errorText(error, createTheme(io.look.stderr))}\n`)
  return error.exitCode
}
class TerminalShell {
  readonly #conversation: Conversation
  readonly #io: ShellIo
  readonly #theme: Theme
  readonly #shell: Shell
  readonly #progress: ProgressRows
  readonly #area: LiveArea
  readonly #editor: LineEditor
  #entered = Promise.resolve()
  #isLeaving = false

  constructor(conversation: Conversation, io: ShellIo) {
    this.#conversation = conversation
    this.#io = io
    this.#theme = createTheme(io.look.stdout)
    this.#area = new LiveArea(io.stdout, columns => this.#compose(columns), this.#theme.fit)
    this.#shell = new Shell(conversation, io, {
      print: text => this.#area.print(text),
      fail: error => this.#area.print(errorText(error, this.#theme)),
      clear: () => this.#area.clear(),
    })
    this.#progress = new ProgressRows(transfer => this.#shell.offers.nameOf(transfer))
    this.#editor = new LineEditor(io.stdin, {
      mayEnter: text => this.#mayEnter(text),
      onEnter: text => this.#enter(text),
      onInterrupt: () => this.#area.print(this.#theme.faint('Ctrl-D or /quit leaves')),
      onEnd: () => void this.#shell.attempt(() => this.#leave()),
      onRedraw: () => this.#area.redraw(),
      onChange: () => this.#area.draw(),
    })
  }

  /** Talks until the conversation is over; the terminal is then as it was found. */
  async run(): Promise<Awaited<Conversation['ended']>> {
    const giveBack = takeTerminal(this.#io.stdin, this.#io.stdout, () => this.#close())
    try {
      this.#io.stdout.on('resize', this.#resize)
      this.#area.draw()
      this.#conversation.subscribe(event => this.#observe(event))
      return await this.#conversation.ended
    } finally {
      giveBack()
    }
  }

  readonly #resize = () => this.#area.draw()

  #close(): void {
    this.#io.stdout.off('resize', this.#resize)
    this.#editor.close()
    this.#area.close()
  }

  /** Asked a second time, it does not wait until the room has everything. */
  async #leave(): Promise<void> {
    if (this.#isLeaving) return this.#conversation.leave()
    this.#isLeaving = true
    await this.#entered
    await this.#shell.quit()
  }

  #mayEnter(text: string): boolean {
    const input = parseInput(text)
    const isFitting = input.kind !== 'message' || fitsIntoMessage(input.text)
    if (!isFitting) this.#shell.fail(new ChatctlError('message-too-long', 'this message is too long: nothing was sent'))
    return isFitting
  }

  #enter(text: string): void {
    this.#entered = this.#entered.then(() => this.#shell.submit(text))
  }

  #observe(event: RoomEvent): void {
    this.#progress.observe(event)
    if (!this.#shell.observe(event)) return
    if (event.event === 'progress') this.#area.draw()
    else if (!isRepeated(event)) this.#area.print(this.#textOf(event, new Date()))
  }

  #textOf(event: Exclude<RoomEvent, {event: 'progress'}>, at: Date): string {
    const theme = this.#theme
    switch (event.event) {
      case 'message':
        return messageBlock(event, at, theme)
      case 'listening':
        return listeningScreen(event, this.#conversation, this.#io, theme)
      case 'connected':
        return connectedScreen(event, this.#conversation, theme)
      default:
        return `${theme.faint(formatTime(at))} ${eventText(event, theme)}`
    }
  }

  #compose(columns: number): LiveRows {
    const prompt = cutMiddle(`${sanitiseLine(this.#conversation.me.nick)}> `, Math.floor(columns / 2))
    const {before, after} = viewOfInput(this.#editor.line, this.#editor.cursor, columns - columnsOf(prompt))
    return {rows: this.#progress.render(columns), before: this.#theme.strong(prompt) + before, after}
  }
}
