import type {RoomEvent} from './conversation.js'
import {ChatctlError} from './errors/index.js'
import type {PeerMemory} from './peer-memory.js'
import {grantAdmission, type Admitted} from './security/admission.js'
import {generateCode} from './security/code.js'
import {Guard} from './security/guard.js'
import {Invite} from './security/invite.js'
import type {Clock} from './transport/clock.js'
import type {Arrival} from './transport/arrival.js'
import type {SecureTransport} from './transport/transport.js'

/** What a door works with. */
export interface DoorOptions {
  readonly ownFingerprint: string
  /** What strangers prove; undefined when everyone may come in. */
  readonly invite: Invite | undefined
  /** Who comes in without a proof. */
  readonly memory: PeerMemory
  /** Remembers for good whoever proves a code, also one that is not for a single guest. */
  readonly remember?: boolean | undefined
  readonly clock: Clock
}

/** The door of a room: on what terms strangers come in, and what its host is told about it. */
export class Door {
  /** Hears what the host is to know. */
  onEvent: (event: RoomEvent) => void = () => undefined
  readonly ownFingerprint: string
  /** Who comes in without a proof. */
  readonly memory: PeerMemory
  /** Counts who comes, and who guesses. */
  readonly guard: Guard
  readonly #clock: Clock
  readonly #isOpen: boolean
  readonly #isRemembering: boolean
  /** Devices that have proved a code: while the room is open they come back without one. */
  readonly #proved = new Set<string>()
  #invite: Invite | undefined

  constructor({ownFingerprint, invite, memory, remember = false, clock}: DoorOptions) {
    this.ownFingerprint = ownFingerprint
    this.guard = new Guard(clock)
    this.#clock = clock
    this.#isOpen = invite === undefined
    this.memory = memory
    this.memory.onEvent = event => this.onEvent(event)
    this.#isRemembering = remember
    this.#invite = invite
  }

  /** What a stranger proves; undefined when everyone may come in. */
  get code(): string | undefined {
    return this.#invite?.code
  }

  /**
   * Lets a stranger in who fulfils the terms.
   * @throws ChatctlError why not
   */
  async admit(transport: SecureTransport, arrival: Arrival): Promise<Admitted> {
    // Another process may have added a device, or forgotten one.
    await this.memory.refresh()
    const admitted = await grantAdmission(transport, arrival, {
      isOpen: this.#isOpen,
      isKnown: fingerprint => this.#isKnown(fingerprint),
      invite: () => this.#invite,
      ownFingerprint: this.ownFingerprint,
      guard: this.guard,
      clock: this.#clock,
    })
    if (admitted.invite) this.#note(admitted.peerFingerprint, admitted.invite)
    return admitted
  }

  /** Tells the host of someone who did not come in, where it is worth a word. */
  refused({code, message}: ChatctlError, address: string): void {
    if (code === 'internal') this.onEvent({event: 'error', code, message})
    if (code === 'wrong-code') this.onEvent({event: 'notice', code, message: `a wrong code came from ${address}`})
  }

  /**
   * Makes a new code, for `uses` guests or any number; the old one is good no more.
   * @throws ChatctlError `bad-argument` in an open room, or for a number that is none
   */
  invite(uses?: number): string {
    if (this.#isOpen) throw new ChatctlError('bad-argument', 'this room is open: there is no code')
    if (uses !== undefined && !(Number.isSafeInteger(uses) && uses > 0)) {
      throw new ChatctlError('bad-argument', `a code cannot be for ${uses} guests`)
    }
    const invite = new Invite(generateCode(), uses)
    this.#invite = invite
    this.#show(invite)
    return invite.code
  }

  /** Whether a device is to be remembered for good: it has proved a code that nobody else has, or all are remembered. */
  isForGood({peerFingerprint, invite}: Pick<Admitted, 'peerFingerprint' | 'invite'>): boolean {
    return (
      (invite?.guests === 1 || (invite !== undefined && this.#isRemembering)) && peerFingerprint !== this.ownFingerprint
    )
  }

  /** Lets somebody else use the code: whoever has proved it did not come for anything after all. */
  giveBack(invite: Invite | undefined): void {
    invite?.giveBack()
    if (invite && invite.guests !== Infinity) this.#show(invite)
  }

  /** Asks a device for a code again. */
  forget(fingerprint: string): void {
    this.#proved.delete(fingerprint)
  }

  #isKnown(fingerprint: string): boolean {
    return this.#proved.has(fingerprint) || this.memory.has(fingerprint)
  }

  /** Notes that a device has proved the code of `invite`. */
  #note(fingerprint: string, invite: Invite): void {
    this.#proved.add(fingerprint)
    if (invite.guests !== Infinity) this.#show(invite)
  }

  #show({code, uses}: Invite): void {
    this.onEvent({event: 'invite', code, uses: uses === Infinity ? null : uses})
  }
}
