import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Conversation, RoomEvent} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import {sanitiseBlock, sanitiseLine} from '../ui/sanitise.js'
import {createTheme, type Theme} from '../ui/theme.js'
import {errorText} from './error-text.js'
import {HistoryFile} from './history-file.js'
import {parseInput} from './input.js'
import {fitsIntoMessage} from './message-limit.js'
import {PendingMessages} from './pending-messages.js'
import {ProgressRows} from './screen/progress-rows.js'
import {Screen, type ScreenParts} from './screen/screen.js'
import {Shell} from './shell.js'
import {shellClock} from './shell-clock.js'
import type {ShellIo} from './shell-io.js'
import {Transcript} from './transcript.js'
import {WaitingRow} from './waiting-row.js'

/** Runs a shell for a person at a terminal, until the conversation is over; returns the exit code of the process. */
export async function runTerminal(conversation: Conversation, io: ShellIo): Promise<number> {
  const terminal = new TerminalShell(conversation, io)
  const {error} = await terminal.run()
  if (!error) return 0
  const theme = createTheme(io.look.stderr)
  io.stderr.write(theme.fit(`${errorText(error, theme, io.stdout.columns)}\n`))
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
  readonly #screen: Screen
  readonly #history: HistoryFile | undefined
  readonly #lines: string[] = []
  #entered = Promise.resolve()
  #isLeaving = false

  constructor(conversation: Conversation, io: ShellIo) {
    this.#conversation = conversation
    this.#io = io
    this.#theme = createTheme(io.look.stdout)
    const clock = io.clock ?? shellClock
    const draw = (): void => this.#screen.draw()
    this.#screen = new Screen(io, this.#parts())
    this.#shell = new Shell(conversation, io, {
      print: text => this.#screen.print(text),
      fail: error => this.#screen.print(errorText(error, this.#theme, io.stdout.columns)),
      clear: () => this.#screen.clear(),
      lend: work => this.#screen.lend(work),
      sending: text => this.#pending.add(text),
    })
    this.#history = io.dataDirectory === undefined ? undefined : new HistoryFile(io.dataDirectory, this.#warn)
    this.#pending = new PendingMessages(clock, draw)
    this.#waiting = new WaitingRow(clock, draw)
    this.#transcript = new Transcript(conversation, {
      ...{theme: this.#theme, clock, facts: io},
      today: io.today ?? (() => new Date()),
      print: text => this.#screen.print(text),
      columns: () => io.stdout.columns ?? defaultColumns,
      waitingMessages: () => this.#pending.count,
      onMention: () => this.#ring(),
    })
    this.#progress = new ProgressRows(
      transfer => this.#shell.offers.nameOf(transfer),
      () => clock.now(),
    )
  }

  /** Talks until the conversation is over; the terminal is then as it was found. */
  async run(): Promise<Awaited<Conversation['ended']>> {
    this.#screen.open()
    void this.#history?.load().then(lines => this.#screen.recall.addEarlier(lines))
    try {
      this.#conversation.subscribe(event => this.#observe(event))
      return await this.#conversation.ended
    } finally {
      this.#transcript.close()
      await this.#showUnsent()
      this.#waiting.close()
      await this.#screen.close()
    }
  }

  #parts(): ScreenParts {
    return {
      theme: this.#theme,
      nick: () => this.#conversation.me.nick,
      bars: (columns, maxRows) => this.#rows(columns, maxRows),
      complete: (line, cursor) => this.#shell.complete(line, cursor),
      hint: line => this.#shell.hint(line),
      mayEnter: text => this.#mayEnter(text),
      onEnter: text => this.#enter(text),
      onSnippet: text => void this.#shell.attempt(() => this.#shell.files.offerSnippet(text)),
      onInterrupt: () => this.#screen.print(this.#theme.faint('Ctrl-D or /quit leaves')),
      onEnd: () => void this.#shell.attempt(() => this.#leave()),
      onMistake: error => this.#shell.fail(error),
      shortcuts: new Map([['alt-c', () => this.#enter('/copy')]]),
    }
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

  readonly #warn = (message: string): void => this.#screen.print(this.#theme.warning(sanitiseLine(message)))

  #enter(text: string): void {
    if (this.#shell.answer(text)) return
    this.#lines.push(text)
    this.#entered = this.#entered.then(() => {
      this.#lines.shift()
      this.#keep(text)
      return this.#shell.submit(text)
    })
  }

  /** Asked in its turn: a line before it may have made it a part of a message. */
  #keep(text: string): void {
    const isSecret = this.#io.redact !== undefined && this.#io.redact(text) !== text
    if (!isSecret && this.#shell.isKeepable(text)) void this.#history?.add(text)
  }

  /** Nothing that was typed is lost with the conversation: once what has arrived is told, the rest is shown as it was. */
  async #showUnsent(): Promise<void> {
    await nextTurn()
    const texts = [...this.#pending.texts, this.#shell.dropBlock(), ...this.#lines, this.#screen.written]
    const heading = this.#theme.warning('not sent:')
    for (const text of texts) if (text.trim() !== '') this.#screen.print(`${heading} ${sanitiseBlock(text)}`)
  }

  #observe(event: RoomEvent): void {
    this.#progress.observe(event)
    this.#waiting.observe(event)
    this.#screen.keepMoving(this.#progress.count > 0)
    if (!this.#shell.observe(event)) return
    if (event.event === 'progress') this.#screen.draw()
    else this.#transcript.observe(event)
  }

  /** Who looks at the window sees it. */
  #ring(): void {
    if (this.#io.hasBell !== false && !this.#screen.hasFocus) this.#screen.ring()
  }

  /** What stands between what happened and the prompt. */
  #rows(columns: number, maxRows: number): string[] {
    const faint = [...this.#waiting.rows(columns), ...this.#pending.rows(columns)].map(this.#theme.faint)
    const shown = faint.slice(0, maxRows)
    return [...shown, ...this.#progress.render(columns, maxRows - shown.length)]
  }
}
