import {setMaxListeners} from 'node:events'
import type {Conversation, RoomEvent} from '../conversation.js'
import {ChatctlError, toChatctlError} from '../errors/index.js'
import {sanitiseBlock, sanitiseLine} from '../ui/sanitise.js'
import {slashCommands} from './commands/index.js'
import {Absence} from './absence.js'
import {complete, hintFor} from './completer.js'
import type {Completions} from './completion.js'
import type {ShellContext} from './context.js'
import {Deliveries} from './deliveries.js'
import {FileOffers} from './file-offers.js'
import {Ignored} from './ignored.js'
import {parseInput} from './input.js'
import {LocalPaths} from './local-paths.js'
import {Outcome} from './outcome.js'
import {OwnOffers} from './own-offers.js'
import {PasteBlock} from './paste-block.js'
import {PluginDesk} from './plugin-desk.js'
import {Questions} from './questions.js'
import {CommandRegistry} from './registry.js'
import {shellContext, type ShellSurroundings} from './shell-context.js'
import type {ShellView} from './shell-view.js'
import {TalkMemory} from './talk-memory.js'

/** What all shells have in common: it does what a line says, and remembers how that went. */
export class Shell {
  readonly outcome = new Outcome()
  readonly offers = new OwnOffers(this.outcome)
  readonly files: FileOffers
  readonly deliveries: Deliveries
  readonly #conversation: Conversation
  readonly #view: ShellView
  readonly #talk = new TalkMemory()
  readonly #ignored = new Ignored()
  readonly #absence = new Absence()
  readonly #block = new PasteBlock()
  readonly #questions: Questions
  readonly #context: ShellContext
  readonly #warn: (text: string) => void
  readonly #onEvent: ShellSurroundings['onEvent']
  readonly #plugins: PluginDesk | undefined

  constructor(conversation: Conversation, io: ShellSurroundings, view: ShellView) {
    this.#conversation = conversation
    this.#view = view
    const paths = new LocalPaths(io.cwd, io.home)
    const print = (text: string): void => view.print(sanitiseBlock(text))
    const fail = (error: unknown): void => this.fail(error)
    this.files = new FileOffers({conversation, paths, own: this.offers, print, fail})
    this.deliveries = new Deliveries(view, fail)
    this.#questions = new Questions(text => view.print(text))
    this.#context = shellContext(conversation, io, view, {
      ...{paths, fail, registry: new CommandRegistry(slashCommands), signal: signalOfEnd(conversation)},
      ...{deliveries: this.deliveries, offers: this.offers, files: this.files, questions: this.#questions},
      ...{talk: this.#talk, ignored: this.#ignored, absence: this.#absence, block: this.#block},
      plugins: async () => {
        await this.#plugins?.loaded
        return this.#plugins?.states ?? []
      },
      quit: () => this.quit(),
    })
    this.#warn = text => view.print(sanitiseLine(text))
    this.#onEvent = io.onEvent
    this.#plugins = io.plugins && new PluginDesk(io.plugins, this.#context, this.#warn)
  }

  /** Proposes what a line may go on with at a cursor. */
  complete(line: string, cursor: number): Promise<Completions> {
    return complete(line, cursor, this.#context)
  }

  /** Returns what is still expected behind a line. */
  hint(line: string): string {
    return hintFor(line, this.#context)
  }

  /** Whether a line is a command that may be kept on a disk: what takes any text at its end is talk, or may be. */
  isKeepable(line: string): boolean {
    const input = parseInput(line)
    if (input.kind !== 'command' || !line.startsWith('/') || this.#block.isOpen) return false
    const command = this.#context.registry.get(input.name)
    if (command === undefined || command.group === 'plug-ins') return false
    return Object.values(command.args).every(({extent}) => extent !== 'rest')
  }

  /** Takes a line as the answer to what was asked; returns whether anything was. */
  answer(line: string): boolean {
    return this.#questions.answer(line)
  }

  /** Takes what happens in the room; returns whether it is to be shown. */
  observe(event: RoomEvent): boolean {
    this.outcome.observe(event)
    if (!this.#ignored.observe(event)) return false
    this.#talk.observe(event, new Date())
    this.#onEvent?.(event, this.#warn)
    this.#plugins?.observe(event)
    const answer = this.#absence.answerTo(event)
    if (answer) void this.attempt(() => this.#conversation.tell(answer.nick, answer.text))
    return true
  }

  /** Does what a line says; resolves when the next line may come. Mistakes are shown, never thrown. */
  async submit(line: string): Promise<void> {
    if (this.#block.isOpen) return this.attempt(() => this.#addToBlock(line))
    const input = parseInput(line)
    if (input.kind === 'message') await this.#say(input.text)
    if (input.kind === 'command') await this.attempt(() => this.#execute(input.name, input.rest))
  }

  /** Does something whose mistakes are shown and not thrown. */
  async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      this.fail(error)
    }
  }

  /** Shows a mistake. */
  fail(error: unknown): void {
    const known = toChatctlError(error)
    this.outcome.failed(known)
    // The end of the connection is told once, by whoever waits for the end, and not by each message under way.
    if (known.code !== 'connection-lost') this.#view.fail(known)
  }

  /** Gives up a block of lines that was not ended; returns its text. */
  dropBlock(): string {
    return this.#block.drop().join('\n')
  }

  /** Nothing more is typed: what was begun is told to be lost. */
  endInput(): void {
    const {length} = this.#block.drop()
    if (length > 0) this.fail(new ChatctlError('bad-argument', `/paste was not ended: ${length} lines were not sent`))
  }

  /** Resolves when no command runs any more: those of plug-ins may go on beside the lines behind them. */
  async idle(): Promise<void> {
    await this.#plugins?.settled()
  }

  /** Leaves when the room has every message. */
  async quit(): Promise<void> {
    await this.deliveries.drained()
    await this.#conversation.leave()
  }

  async #addToBlock(line: string): Promise<void> {
    const text = this.#block.take(line)
    if (text !== undefined) await this.#say(text)
  }

  async #say(text: string): Promise<void> {
    await this.deliveries.send(text, () => this.#context.say(text))
  }

  async #execute(name: string, rest: string): Promise<void> {
    const {registry} = this.#context
    await this.#plugins?.whenKnown(name)
    await registry.find(name).execute(this.#context, rest)
  }
}

/** There may be any number of plug-ins, and each listens. */
function signalOfEnd(conversation: Conversation): AbortSignal {
  const over = new AbortController()
  void conversation.ended.then(() => over.abort())
  setMaxListeners(Infinity, over.signal)
  return over.signal
}
