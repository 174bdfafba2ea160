import {setMaxListeners} from 'node:events'
import {basename, resolve} from 'node:path'
import {Readable} from 'node:stream'
import type {Conversation, HostedRoom, Member, OutgoingFile, RoomEvent, SendOptions} from '../conversation.js'
import {ChatctlError, toChatctlError} from '../errors/index.js'
import {sanitiseBlock, sanitiseLine} from '../ui/sanitise.js'
import {slashCommands} from './commands/index.js'
import {Absence} from './absence.js'
import {complete, hintFor} from './completer.js'
import type {Completions} from './completion.js'
import type {FileTerms, ShellContext} from './context.js'
import {Ignored} from './ignored.js'
import {InFlight} from './in-flight.js'
import {parseInput} from './input.js'
import {isHosted} from './is-hosted.js'
import {LocalPaths} from './local-paths.js'
import {requireMessage} from './message-limit.js'
import {Outcome} from './outcome.js'
import {OwnOffers, type Offered} from './own-offers.js'
import {PasteBlock} from './paste-block.js'
import {PluginDesk} from './plugin-desk.js'
import {Questions} from './questions.js'
import {CommandRegistry} from './registry.js'
import type {ShellIo} from './shell-io.js'
import {shellWindow} from './shell-window.js'
import {TalkMemory} from './talk-memory.js'

const maxMessagesInFlight = 64
const snippetName = 'snippet.txt'

/** Where a shell shows what it has to say. */
export interface ShellView {
  /** Shows text that is safe to print, of one or several lines. */
  print: (text: string) => void
  fail: (error: ChatctlError) => void
  /** Empties the screen, where there is one. */
  clear?: () => void
  /** Lends the terminal to another program for as long as `work` takes. */
  lend?: <Result>(work: () => Promise<Result>) => Promise<Result>
  /**
   * Hears of a message on its way; returns what hears that it has arrived, or was refused. Of one that the end of the
   * connection keeps from arriving nothing more is heard.
   */
  sending?: (text: string) => () => void
}

/** What a shell needs of the world. */
export type ShellSurroundings = Pick<
  ShellIo,
  'cwd' | 'home' | 'mediaType' | 'openEditor' | 'onEvent' | 'plugins' | 'facts' | 'look' | 'stdout'
>

/** What all shells have in common: it does what a line says, and remembers how that went. */
export class Shell {
  readonly outcome = new Outcome()
  readonly offers = new OwnOffers(this.outcome)
  readonly #conversation: Conversation
  readonly #view: ShellView
  readonly #messages = new InFlight(maxMessagesInFlight)
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
    const registry = new CommandRegistry(slashCommands)
    const over = new AbortController()
    void conversation.ended.then(() => over.abort())
    // There may be any number of plug-ins, and each listens.
    setMaxListeners(Infinity, over.signal)
    this.#context = {
      conversation,
      me: () => conversation.me,
      host: () => conversation.host,
      isHost: () => isHosted(conversation),
      isScreen: () => view.clear !== undefined,
      members: () => conversation.members(),
      offers: () => conversation.offers(),
      transfers: () => conversation.transfers(),
      undelivered: () => this.offers.failed(),
      peers: () => conversation.peers(),
      commands: () => registry.all().map(({name, summary}) => ({name, summary})),
      registry,
      paths: new LocalPaths(io.cwd, io.home),
      say: (text, kind) => this.#follow(text, conversation.say(text, kind)),
      tell: (nick, text) => this.#follow(text, conversation.tell(nick, text)),
      send: (text, deliver) => this.send(text, deliver),
      sendFile: (path, terms) => this.offerFile(path, terms),
      subscribe: listener => conversation.subscribe(listener),
      signal: over.signal,
      ask: (question, signal = over.signal) => this.#ask(sanitiseLine(question), signal),
      plugins: async () => {
        await this.#plugins?.loaded
        return this.#plugins?.states ?? []
      },
      talk: this.#talk,
      ignored: this.#ignored,
      absence: this.#absence,
      block: this.#block,
      edit: text => editText(text, io, view),
      room: () => hostedRoom(conversation),
      mediaType: io.mediaType,
      print: text => view.print(sanitiseBlock(text)),
      fail: error => this.fail(error),
      facts: io.facts,
      window: shellWindow(io, view.print),
      clear: () => view.clear?.(),
      quit: () => this.quit(),
      retry: transfer => this.retry(transfer),
    }
    this.#questions = new Questions(text => view.print(text))
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
    if (input.kind === 'message') await this.send(input.text, () => this.#context.say(input.text))
    if (input.kind === 'command') await this.attempt(() => this.#execute(input.name, input.rest))
  }

  /** Sends text as a message by `deliver`, without waiting until the room has it. */
  async send(text: string, deliver: () => Promise<void>): Promise<void> {
    await this.#messages.add(
      this.attempt(() => {
        requireMessage(text)
        return deliver()
      }),
    )
  }

  async #follow(text: string, delivery: Promise<void>): Promise<void> {
    const settled = this.#view.sending?.(text)
    try {
      await delivery
    } catch (error) {
      if (!isOfConnection(toChatctlError(error))) settled?.()
      throw error
    }
    settled?.()
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
    if (!isOfConnection(known)) this.#view.fail(known)
  }

  /**
   * Offers the file at a path, from the shell's directory on, to each whom it is for, tells of each offer and follows
   * it to its end. What keeps it from one of several does not keep it from the others, and is shown once.
   * @throws ChatctlError `no-recipient`, `unknown-member`
   */
  async offerFile(path: string, {to, ...how}: FileTerms = {}): Promise<void> {
    const exact = resolve(this.#context.paths.directory, path)
    const failures = new Map<string, ChatctlError>()
    const members = this.#conversation.recipients(to)
    for (const member of members) {
      try {
        await this.#offerTo(member, exact, how, members.length > 1 ? {recipients: members.length} : {})
      } catch (error) {
        const known = toChatctlError(error)
        failures.set(known.message, known)
      }
    }
    for (const error of failures.values()) this.fail(error)
  }

  /** Offers text as a file to everyone, and tells of each offer. */
  async offerSnippet(text: string): Promise<void> {
    const members = this.#conversation.recipients('all')
    if (members.length === 0) throw new ChatctlError('no-recipient', 'nobody is here to take a file')
    for (const member of members) await this.#offerSnippetTo(member, text)
  }

  /**
   * Offers again what did not arrive: where it was interrupted, it goes on.
   * @throws ChatctlError `unknown-transfer`
   */
  async retry(transfer: number): Promise<void> {
    const failed = this.offers.takeFailed(transfer)
    if (failed === undefined)
      throw new ChatctlError('unknown-transfer', `no file of number ${transfer} was offered here and did not arrive`)
    await failed.again()
  }

  async #offerTo(
    member: Member,
    path: string,
    how: Omit<FileTerms, 'to'>,
    among: Pick<SendOptions, 'recipients'>,
  ): Promise<void> {
    const file = await this.#conversation.sendFile(path, {...how, ...among, to: member})
    const name = basename(path)
    const again = () => this.offerFile(path, {...how, to: member.nick})
    this.#followOffer(file, {name, to: member.nick, again})
  }

  async #offerSnippetTo(member: Member, text: string): Promise<void> {
    const stream = Readable.from([Buffer.from(text)])
    const file = await this.#conversation.sendFile({stream, name: snippetName}, {to: member})
    const again = () => this.#offerSnippetTo(member, text)
    this.#followOffer(file, {name: snippetName, to: member.nick, again})
  }

  #followOffer(file: OutgoingFile, what: Offered): void {
    this.offers.add(file, what)
    this.#context.print(`offered #${file.transfer}  ${sanitiseLine(what.name)}  to ${sanitiseLine(what.to)}`)
  }

  /** Nothing more is typed: what was begun is told to be lost. */
  endInput(): void {
    const lost = this.#block.drop()
    if (lost > 0) this.fail(new ChatctlError('bad-argument', `/paste was not ended: ${lost} lines were not sent`))
  }

  /** Resolves when the room has every message, or each that it has not was reported. */
  async drained(): Promise<void> {
    await this.#messages.drained()
  }

  /** Resolves when no command runs any more: those of plug-ins may go on beside the lines behind them. */
  async idle(): Promise<void> {
    await this.#plugins?.settled()
  }

  /** Leaves when the room has every message. */
  async quit(): Promise<void> {
    await this.drained()
    await this.#conversation.leave()
  }

  #ask(question: string, signal: AbortSignal): Promise<string> {
    if (this.#context.isScreen()) return this.#questions.ask(question, signal)
    return Promise.reject(new ChatctlError('screen-only', 'nobody can be asked here'))
  }

  async #addToBlock(line: string): Promise<void> {
    const text = this.#block.take(line)
    if (text !== undefined) await this.send(text, () => this.#context.say(text))
  }

  async #execute(name: string, rest: string): Promise<void> {
    const {registry} = this.#context
    await this.#plugins?.whenKnown(name)
    await registry.find(name).execute(this.#context, rest)
  }
}

function isOfConnection({code}: ChatctlError): boolean {
  return code === 'connection-lost'
}

async function editText(text: string, {openEditor}: ShellSurroundings, {lend}: ShellView): Promise<string> {
  if (lend && openEditor) return lend(() => openEditor(text))
  throw new ChatctlError('screen-only', 'there is no screen to write on')
}

function hostedRoom(conversation: Conversation): HostedRoom {
  if (isHosted(conversation)) return conversation
  throw new ChatctlError('host-only', 'only the host can do that')
}
