import type {
  Compression,
  Conversation,
  Display,
  HostedRoom,
  Identity,
  Member,
  MessageKind,
  Offer,
  OutgoingFile,
  RememberedPeer,
  RoomEvent,
  RoundTrip,
  Transfer,
  Verification,
} from '../../src/conversation.js'
import {ChatctlError} from '../../src/errors/index.js'
import type {Delivered} from '../../src/conversation.js'

export const ana: Member = {id: 2, nick: 'ana'}
export const bob: Member = {id: 1, nick: 'bob'}

/** A file whose end a test decides. */
export interface FakeOutgoing extends OutgoingFile {
  path: string
  to: string | undefined
  /** The other side takes it. */
  take(): void
  deliver(): void
  fail(error: ChatctlError): void
}

type Ending = Awaited<Conversation['ended']>

/** A member's conversation with nobody behind it: it keeps what was asked of it, and a test says what happens. */
export class FakeConversation implements Conversation {
  me: Member = ana
  host: Member = bob
  compression: Compression = 'auto'
  others: Member[] = [bob]
  readonly said: {text: string; kind: 'say' | 'me'}[] = []
  readonly told: {nick: string; text: string}[] = []
  readonly outgoing: FakeOutgoing[] = []
  readonly answers: {
    transfer: number
    answer: 'accept' | 'decline' | 'cancel' | 'pause' | 'resume'
    as?: string | undefined
    code?: string
  }[] = []
  remembered: RememberedPeer[] = []
  fingerprints: Record<string, string> = {}
  known: Record<string, {knownAs: string}> = {}
  out = '/home/ana/work'
  readonly forgotten: string[] = []
  words: readonly string[] | undefined = ['legal', 'zoo', 'abandon']
  waiting: Offer[] = []
  running: Transfer[] = []
  readonly displays: Display[] = []
  readonly limits: (number | undefined)[] = []
  leaves = 0
  /** When set, what is said is had by the room only after it. */
  delay: Promise<void> | undefined
  /** When set, what is asked fails with it. */
  refusal: ChatctlError | undefined
  settledAfter: Promise<void> = Promise.resolve()
  readonly ended: Promise<Ending>
  #resolveEnded!: (ending: Ending) => void
  readonly #listeners = new Set<(event: RoomEvent) => void>()
  #early: RoomEvent[] = []
  #lastId = 0
  #isOver = false

  constructor() {
    this.ended = new Promise(resolve => (this.#resolveEnded = resolve))
  }

  /** Lets something happen; what happens before the first subscription is kept for it. */
  emit(event: RoomEvent): void {
    if (this.#listeners.size === 0) this.#early.push(event)
    for (const listener of this.#listeners) listener(event)
  }

  hear(from: Member, text: string, kind: MessageKind = 'say'): void {
    this.emit({event: 'message', id: ++this.#lastId, from, text, kind, self: from.id === this.me.id})
  }

  end(ending: Ending): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const file of this.outgoing) file.fail(new ChatctlError('connection-lost', 'the conversation is over'))
    this.emit({event: 'bye', reason: ending.reason})
    this.#resolveEnded(ending)
  }

  members(): Member[] {
    return this.others
  }

  subscribe(listener: (event: RoomEvent) => void): () => void {
    this.#listeners.add(listener)
    for (const event of this.#early.splice(0)) listener(event)
    return () => this.#listeners.delete(listener)
  }

  events(): AsyncIterable<RoomEvent> {
    throw new Error('the shell subscribes')
  }

  paceBy(display: Display): void {
    this.displays.push(display)
  }

  async say(text: string, kind: 'say' | 'me' = 'say'): Promise<void> {
    this.said.push({text, kind})
    await this.#reach()
    this.hear(this.me, text, kind)
  }

  async tell(nick: string, text: string): Promise<void> {
    this.told.push({nick, text})
    await this.#reach()
    const to = this.others.find(member => member.nick === nick)
    this.emit({event: 'message', id: ++this.#lastId, from: this.me, ...(to && {to}), text, kind: 'private', self: true})
  }

  async rename(nick: string): Promise<void> {
    await this.#reach()
    const was = this.me.nick
    this.me = {...this.me, nick}
    this.emit({event: 'renamed', member: this.me, was, self: true})
  }

  async sendFile(path: string, {to: recipient}: {to?: string | Member} = {}): Promise<OutgoingFile> {
    await this.#reach()
    const to = typeof recipient === 'object' ? recipient.nick : recipient
    const file = createOutgoing(this.outgoing.length + 1, path, to)
    this.outgoing.push(file)
    return file
  }

  recipients(to?: string): Member[] {
    if (to === 'all') return this.others
    return to === undefined ? this.others.slice(0, 1) : this.others.filter(({nick}) => nick === to)
  }

  transfers(): Transfer[] {
    return this.running
  }

  get bandwidthLimit(): number | undefined {
    return this.limits.at(-1)
  }

  limitBandwidth(bytesPerSecond: number | undefined): void {
    this.limits.push(bytesPerSecond)
  }

  offers(): Offer[] {
    return this.waiting
  }

  accept(transfer: number, as?: string): void {
    if (this.refusal) throw this.refusal
    this.answers.push({transfer, answer: 'accept', as})
  }

  decline(transfer: number): void {
    if (this.refusal) throw this.refusal
    this.answers.push({transfer, answer: 'decline'})
  }

  cancel(transfer: number, reason?: ChatctlError): void {
    if (this.refusal) throw this.refusal
    this.answers.push({transfer, answer: 'cancel', ...(reason && {code: reason.code})})
  }

  pause(transfer: number): void {
    if (this.refusal) throw this.refusal
    this.answers.push({transfer, answer: 'pause'})
  }

  resume(transfer: number): void {
    if (this.refusal) throw this.refusal
    this.answers.push({transfer, answer: 'resume'})
  }

  peers(): RememberedPeer[] {
    return this.remembered
  }

  async forget(name: string): Promise<void> {
    await this.#reach()
    this.forgotten.push(name)
  }

  async verify(nick = this.host.nick): Promise<Verification> {
    await this.#reach()
    return {member: {id: 9, nick}, words: this.words}
  }

  async ping(nick = this.host.nick): Promise<RoundTrip> {
    await this.#reach()
    return {member: this.#find(nick), ms: 12.3}
  }

  identify(nick: string): Identity {
    const fingerprint = this.fingerprints[nick]
    return {member: this.#find(nick), ...(fingerprint !== undefined && {fingerprint}), ...this.known[nick]}
  }

  async receiveInto(directory: string): Promise<void> {
    await this.#reach()
    this.out = directory
  }

  settled(): Promise<void> {
    return this.settledAfter
  }

  leave(): Promise<void> {
    this.leaves++
    this.end({reason: 'quit'})
    return Promise.resolve()
  }

  #find(nick: string): Member {
    const found = this.others.find(member => member.nick === nick)
    if (found === undefined) throw new ChatctlError('unknown-member', `nobody here is called ${nick}`)
    return found
  }

  async #reach(): Promise<void> {
    await this.delay
    if (this.refusal) throw this.refusal
  }
}

/** A host's room with nobody behind it. */
export class FakeRoom extends FakeConversation implements HostedRoom {
  override me: Member = bob
  override others: Member[] = [ana]
  readonly port = 5000
  readonly addresses = ['192.168.1.23', '10.8.0.4']
  code: string | undefined = 'legal-zoo-abandon'
  readonly fingerprint = 'f'.repeat(64)
  isCodeOnly = false

  readonly kicked: string[] = []

  kick(nick: string): void {
    if (this.refusal) throw this.refusal
    this.kicked.push(nick)
  }

  invite(uses?: number): string {
    this.code = 'able-baker-cabin'
    this.emit({event: 'invite', code: this.code, uses: uses ?? null})
    return this.code
  }
}

function createOutgoing(transfer: number, path: string, to: string | undefined): FakeOutgoing {
  let settle!: {resolve: (delivered: Delivered) => void; reject: (error: ChatctlError) => void}
  let take!: () => void
  const delivered = new Promise<Delivered>((resolve, reject) => (settle = {resolve, reject}))
  const accepted = new Promise<void>(resolve => (take = resolve))
  const over = delivered.then(
    () => undefined,
    () => undefined,
  )
  const answered = Promise.race([accepted, over])
  const result = {transfer, name: path, bytes: 1, files: 1, sha256: 'ab'.repeat(32), ms: 1, resumedFrom: 0}
  const deliver = () => settle.resolve(result)
  return {
    transfer,
    path,
    to,
    offered: Promise.resolve(),
    answered,
    delivered,
    take,
    deliver,
    fail: error => settle.reject(error),
  }
}
