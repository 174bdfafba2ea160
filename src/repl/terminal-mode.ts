import type {Conversation, RoomEvent} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import {sanitiseLine} from '../ui/sanitise.js'
import {createTheme, type Theme} from '../ui/theme.js'
import {columnsOf, cutMiddle} from '../ui/width.js'
import {errorText} from './error-text.js'
import {parseInput} from './input.js'
import {viewOfInput} from './input-view.js'
import {LineEditor} from './line-editor.js'
import {LiveArea, type LiveRows} from './live-area.js'
import {fitsIntoMessage} from './message-limit.js'
import {PendingMessages} from './pending-messages.js'
import {ProgressRows} from './progress-rows.js'
import {Shell} from './shell.js'
import {shellClock} from './shell-clock.js'
import type {ShellIo} from './shell-io.js'
import {takeTerminal} from './terminal-state.js'
import {Transcript} from './transcript.js'
import {WaitingRow} from './waiting-row.js'

/** Runs a shell for a person at a terminal, until the conversation is over; returns the exit code of the process. */
export async function runTerminal(conversation: Conversation, io: ShellIo): Promise<number> {
  const terminal = new TerminalShell(conversation, io)
  const {error} = await terminal.run()
  if (!error) return 0
  io.stderr.write(`${errorText(error, createTheme(io.look.stderr))}\n`)
  return error.exitCode
}

const defaultColumns = 80

class TerminalShell {
  readonly #conversation: Conversation
  readonly #io: ShellIo
  readonly #theme: Theme
  readonly #shell: Shell
  readonly #progress: ProgressRows
  readonly #pending: PendingMessages
  readonly #waiting: WaitingRow
  readonly #transcript: Transcript
  readonly #area: LiveArea
  readonly #editor: LineEditor
  #entered = Promise.resolve()
  #isLeaving = false

  constructor(conversation: Conversation, io: ShellIo) {
    this.#conversation = conversation
    this.#io = io
    this.#theme = createTheme(io.look.stdout)
    const clock = io.clock ?? shellClock
    const draw = (): void => this.#area.draw()
    this.#area = new LiveArea(io.stdout, columns => this.#compose(columns), this.#theme.fit)
    this.#shell = new Shell(conversation, io, {
      print: text => this.#area.print(text),
      fail: error => this.#area.print(errorText(error, this.#theme, io.stdout.columns)),
      clear: () => this.#area.clear(),
      sending: text => this.#pending.add(text),
    })
    this.#pending = new PendingMessages(clock, draw)
    this.#waiting = new WaitingRow(clock, draw)
    this.#transcript = new Transcript(conversation, {
      ...{theme: this.#theme, clock, facts: io},
      today: io.today ?? (() => new Date()),
      print: text => this.#area.print(text),
      columns: () => io.stdout.columns ?? defaultColumns,
      waitingMessages: () => this.#pending.count,
      onMention: () => undefined,
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
    this.#transcript.close()
    this.#waiting.close()
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
    this.#waiting.observe(event)
    if (!this.#shell.observe(event)) return
    if (event.event === 'progress') this.#area.draw()
    else this.#transcript.observe(event)
  }

  #compose(columns: number): LiveRows {
    const prompt = cutMiddle(`${sanitiseLine(this.#conversation.me.nick)}> `, Math.floor(columns / 2))
    const {before, after} = viewOfInput(this.#editor.line, this.#editor.cursor, columns - columnsOf(prompt))
    return {rows: this.#rows(columns), before: this.#theme.strong(prompt) + before, after}
  }

  /** What stands between what happened and the prompt. */
  #rows(columns: number): string[] {
    const faint = [...this.#waiting.rows(columns), ...this.#pending.rows(columns)].map(this.#theme.faint)
    return [...faint, ...this.#progress.render(columns)]
  }
}
