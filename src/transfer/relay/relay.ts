import {randomBytes} from 'node:crypto'
import type {Member} from '../../conversation.js'
import {attributesOf} from '../../protocol/attributes.js'
import type {FileMessage} from '../../protocol/messages.js'
import type {ChannelLabel} from '../../protocol/payloads.js'
import {channelBytes} from '../channel-bytes.js'
import {relayedJobOf} from '../job.js'
import type {RelayFollower, RelayPipe, RelayTarget} from './relay-pipe.js'
import type {RelayPort, RelayShare} from './relay-port.js'

/** What a member offers to another. */
export type RelayedOffer = Extract<FileMessage, {type: 'offer'}>

/** Between whom a file is relayed. */
export interface RelayOptions {
  offer: RelayedOffer
  from: Member
  /** Of the device that offers it. */
  fingerprint: string
  source: RelayPort
  target: RelayPort
}

/**
 * One file from a member to another through the host: two transfers of one hop each, joined. What either end says is
 * said to the other, what comes on the one channel leaves on the other, and nothing is kept.
 *
 * States: `offered` -> `accepted` -> `flowing` -> `over`; any end leads to `over` from each. What can be resumed goes from
 * `flowing` back to `accepted` as often as the receiver asks for more: a channel was lost, or all has come and is wrong.
 */
export class Relay {
  readonly #source: RelayPort
  readonly #sourceTransfer: string
  readonly #target: RelayPort
  readonly #targetTransfer = randomBytes(16).toString('hex')
  readonly #bytes: number | null
  readonly #isResumable: boolean
  /** Where the receiver wants it to go on, and how. */
  #start: Pick<Accept, 'offset' | 'place' | 'blocks'> = {}
  #state: 'offered' | 'accepted' | 'flowing' | 'over' = 'offered'
  /** What comes over the last channel, and what this relay has of it. */
  #flow: {pipe: RelayPipe; follower: RelayFollower} | undefined
  /** Which ends let it stand still. */
  readonly #pausedBy = new Set<'source' | 'target'>()

  constructor({offer, from, fingerprint, source, target}: RelayOptions) {
    this.#source = source
    this.#sourceTransfer = offer.transfer
    this.#target = target
    this.#bytes = channelBytes(offer)
    this.#isResumable = offer.job !== undefined
    source.add(this.#sourceTransfer, {
      isSource: true,
      take: message => this.#takeFromSource(message),
      follow: label => this.#follow(label),
      detached: () => this.#askAgain(),
      gone: () => this.#endAndTell('target', {type: 'failed', code: 'connection-lost'}),
    })
    target.add(this.#targetTransfer, {
      isSource: false,
      take: message => this.#takeFromTarget(message),
      follow: () => undefined,
      // It asks again by itself.
      detached: () => undefined,
      gone: () => this.#endAndTell('source', {type: 'failed', code: 'connection-lost'}),
    })
    const {name, bytes, files, mediaType, kind} = offer
    const job = offer.job === undefined ? {} : {job: relayedJobOf(fingerprint, offer.job)}
    const what = {name, bytes, files, mediaType, ...(kind && {kind}), ...attributesOf(offer), ...job}
    this.#target.say({type: 'offer', transfer: this.#targetTransfer, ...what, from})
  }

  /** The sender may only take back what it offered: the rest is for the receiver to say. */
  #takeFromSource(message: FileMessage): void {
    if (message.type === 'cancel') this.#endAndTell('target', {type: 'cancel'})
    if (message.type === 'failed') this.#endAndTell('target', {type: 'failed', code: message.code})
    if (message.type === 'pause' || message.type === 'resume') this.#pass(message, 'source')
  }

  #takeFromTarget(message: FileMessage): void {
    switch (message.type) {
      case 'accept':
        return this.#accept(message)
      case 'verified':
        return this.#endAndTell('source', verdictOf(message))
      case 'cancel':
        return this.#endAndTell('source', {type: 'cancel'})
      case 'decline':
      case 'failed':
        return this.#endAndTell('source', {type: message.type, code: message.code})
      case 'pause':
      case 'resume':
        return this.#pass(message, 'target')
      case 'offer':
        // An offer of the receiver's own under this id is refused before it gets here.
        return
    }
  }

  /** What lets it stand still, or go on, is said to the other end; what is granted is not used meanwhile. */
  #pass(message: FileMessage & {type: 'pause' | 'resume'}, from: 'source' | 'target'): void {
    if (this.#state !== 'accepted' && this.#state !== 'flowing') return
    if (message.type === 'pause') this.#pausedBy.add(from)
    else this.#pausedBy.delete(from)
    this.#flow?.pipe.pause(this.#flow.follower, this.#pausedBy.size > 0)
    if (from === 'source') this.#target.say({...message, transfer: this.#targetTransfer})
    else this.#source.say({...message, transfer: this.#sourceTransfer})
  }

  #accept({offset, place, blocks}: Accept): void {
    const isAgain =
      this.#isResumable && this.#state === 'flowing' && this.#flow?.pipe.isDoneFor(this.#flow.follower) !== false
    if (this.#state !== 'offered' && !isAgain) return
    this.#stop('connection-lost')
    this.#state = 'accepted'
    const start = {...(offset !== undefined && {offset}), ...(place && {place})}
    this.#start = {...(this.#isResumable && start), ...(blocks && {blocks})}
    this.#ask()
  }

  #ask(): void {
    this.#source.say({type: 'accept', transfer: this.#sourceTransfer, ...this.#start})
  }

  /** The sender may have opened a channel that never came here. */
  #askAgain(): void {
    if (this.#isResumable && this.#state === 'accepted') this.#ask()
  }

  #follow({encoding}: ChannelLabel): RelayShare | undefined {
    if (this.#state !== 'accepted') return undefined
    this.#state = 'flowing'
    this.#flow = undefined
    const target = this.#target.openChannel({transfer: this.#targetTransfer, ...(encoding && {encoding})})
    if (target === undefined) this.#failOpening()
    const follower = target && this.#followerOf(target)
    const began = (pipe: RelayPipe): void => {
      if (follower) this.#flow = {pipe, follower}
      if (follower && this.#pausedBy.size > 0) pipe.pause(follower, true)
    }
    return {follower, bytes: encoding ? null : this.#bytesToCome, began}
  }

  #followerOf(target: RelayTarget): RelayFollower {
    return {
      target,
      isResumable: this.#isResumable,
      broken: code => this.#break(code),
      fellBehind: () => this.#fallBehind(target),
    }
  }

  /** The receiver asks for the rest; one that has not been told of the channel does not know that it has to. */
  #fallBehind(target: RelayTarget): void {
    if (!this.#isResumable) return this.#giveUp('stalled')
    const {isAnnounced} = target
    target.reset('connection-lost')
    if (isAnnounced) return
    this.#state = 'accepted'
    this.#ask()
  }

  get #bytesToCome(): number | null {
    return this.#bytes === null ? null : Math.max(0, this.#bytes - (this.#start.offset ?? 0))
  }

  /** The receiver is cut off at this moment: a channel lives no longer than its connection. */
  #failOpening(): void {
    if (!this.#isResumable) this.#giveUp('connection-lost')
  }

  /** Neither end knows it yet. */
  #giveUp(code: string): void {
    if (this.#state !== 'over') this.#source.say({type: 'failed', transfer: this.#sourceTransfer, code})
    this.#endAndTell('target', {type: 'failed', code})
  }

  /** A channel that has ended cannot be reset any more, while its bytes still wait here: its sender is told in words. */
  #break(code: string): void {
    // Both ends know it by their channels, and the receiver asks for the rest.
    if (this.#isResumable && code === 'connection-lost') return
    this.#endAndTell('source', {type: 'failed', code})
  }

  #endAndTell(whom: 'source' | 'target', ending: Ending): void {
    if (this.#state === 'over') return
    this.#end()
    const [port, transfer] =
      whom === 'source' ? [this.#source, this.#sourceTransfer] : [this.#target, this.#targetTransfer]
    port.say({...ending, transfer})
    this.#stop('code' in ending ? ending.code : 'cancelled')
  }

  #stop(code: string): void {
    this.#flow?.pipe.stop(this.#flow.follower, code)
    this.#flow = undefined
  }

  #end(): void {
    this.#state = 'over'
    this.#source.remove(this.#sourceTransfer)
    this.#target.remove(this.#targetTransfer)
  }
}

type Accept = FileMessage & {type: 'accept'}

type Ending =
  Omit<FileMessage & {type: 'verified'}, 'transfer'> | {type: 'cancel'} | {type: 'decline' | 'failed'; code: string}

/** What the target says of it, to be said of another transfer. */
function verdictOf({type, skipped, kept}: FileMessage & {type: 'verified'}): Ending {
  return {type, ...(skipped && {skipped}), ...(kept && {kept})}
}
