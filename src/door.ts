import type {RoomEvent} from './conversation.js'
import {ChatctlError} from './errors/index.js'
import type {PeerMemory} from './peer-memory.js'
import {grantAdmission, type Admitted} from './security/admission.js'
import {Dismissed} from './security/admission-steps.js'
import {codeLimits, type Codes, type Remedy} from './security/codes.js'
import {Guard, guardLimits, type WrongCode} from './security/guard.js'
import type {Invite} from './security/invite.js'
import type {Clock} from './transport/clock.js'
import type {Arrival} from './transport/arrival.js'
import type {SecureTransport} from './transport/transport.js'

/** What a door works with. */
export interface DoorOptions {
  readonly ownFingerprint: string
  /** What strangers prove; undefined when everyone may come in. */
  readonly codes: Codes | undefined
  /** Who comes in without a proof. */
  readonly memory: PeerMemory
  /** Remembers for good whoever proves a code, also one that is not for a single guest. */
  readonly remember?: boolean | undefined
  /** Whether those who have been here before prove a code again. */
  readonly isCodeOnly?: boolean
  readonly clock: Clock
}

/** The room behind a door, as the door knows it. */
export interface House {
  /** Tells the host what happens at the door. */
  tell(event: RoomEvent): void
  /** Whether a device has a session here, though its connection may be broken. */
  isHere(fingerprint: string): boolean
}

/** The door of a room: on what terms strangers come in, and what its host is told about it. */
export class Door {
  /** Where it leads. */
  house: House = {tell: () => undefined, isHere: () => false}
  readonly ownFingerprint: string
  /** Who comes in without a proof. */
  readonly memory: PeerMemory
  /** Counts who comes, and who guesses. */
  readonly guard: Guard
  readonly #clock: Clock
  /** Whether those who have been here before prove a code again. */
  readonly isCodeOnly: boolean
  readonly #codes: Codes | undefined
  readonly #isRemembering: boolean
  /** Devices that came in by a code: while the room is open they come back without one. */
  readonly #proved = new Set<string>()
  /** Devices that came in by a code which counts as used only when they have done what they came for. */
  readonly #onTrial = new Map<string, Admitted>()

  constructor({ownFingerprint, codes, memory, remember = false, isCodeOnly = false, clock}: DoorOptions) {
    this.ownFingerprint = ownFingerprint
    this.guard = new Guard(clock, wrong => this.#answer(wrong))
    this.#clock = clock
    this.memory = memory
    this.memory.onEvent = event => this.house.tell(event)
    this.memory.onForgotten = fingerprint => this.#proved.delete(fingerprint)
    this.isCodeOnly = isCodeOnly
    this.#codes = codes
    this.#isRemembering = remember
  }

  /** What a stranger proves, or did as long as it was good; undefined when everyone may come in. */
  get code(): string | undefined {
    return this.#codes?.code
  }

  /**
   * Lets a stranger in who fulfils the terms.
   * @throws ChatctlError why not
   */
  async admit(transport: SecureTransport, arrival: Arrival): Promise<Admitted> {
    // Another process may have added a device, or forgotten one.
    await this.memory.refresh()
    const admitted = await grantAdmission(transport, arrival, {
      isOpen: this.#codes === undefined,
      isKnown: fingerprint => this.#isKnown(fingerprint),
      invite: () => this.#codes?.current,
      ownFingerprint: this.ownFingerprint,
      guard: this.guard,
      clock: this.#clock,
    })
    if (admitted.invite) this.#tellUse(admitted.invite)
    return admitted
  }

  /** Whether a device may only come back to the session that it has: for another one it has to prove a code. */
  mayOnlyReturn({admittedBy, peerFingerprint}: Admitted): boolean {
    return admittedBy === 'memory' && this.#needsCode(peerFingerprint)
  }

  /** Tells the host of someone who did not come in, where it is worth a word. Wrong codes are told by the guard. */
  refused(error: ChatctlError, address: string): void {
    if (error.code === 'internal') this.house.tell({event: 'error', code: error.code, message: error.message})
    // Only who has proved the code may doubt ours: a stranger cannot make this line.
    if (error instanceof Dismissed && error.code === 'wrong-code' && error.hasProvedCode) {
      this.#notice('wrong-code', `${address} had the right code, but not ours: someone may be in the middle`)
    }
  }

  /**
   * Makes a new code, for `uses` guests or any number: the old one is good no more. A code that was given rests until that
   * one is used up; without `uses` it is good again at once.
   * @throws ChatctlError `bad-argument` in an open room, or for a number that is none
   */
  invite(uses?: number): string {
    if (this.#codes === undefined) throw new ChatctlError('bad-argument', 'this room is open: there is no code')
    if (uses !== undefined && !(Number.isSafeInteger(uses) && uses > 0)) {
      throw new ChatctlError('bad-argument', `a code cannot be for ${uses} guests`)
    }
    const invite = this.#codes.make(uses)
    this.#show(invite)
    if (this.#codes.given && invite !== this.#codes.given) this.#notice('code-rests', rests)
    return invite.code
  }

  /**
   * Notes that a device is in, under a name: if it has proved a code, it comes back without one. A proof alone does not do
   * it, for its use is given back when nothing comes of it. Nobody waits for it: what cannot be written is told.
   */
  enter(admitted: Admitted, name: string): void {
    const {peerFingerprint, transport, invite} = admitted
    const address = {host: transport.remoteAddress}
    if (invite) this.#proved.add(peerFingerprint)
    if (this.isForGood(admitted)) void this.memory.remember(peerFingerprint, {name, address})
    else void this.memory.meet(peerFingerprint, address)
  }

  /** Notes that a device is in for the time being: it comes back without a code, until it is turned out or kept in. */
  tryOut(admitted: Admitted): void {
    this.#onTrial.set(admitted.peerFingerprint, admitted)
  }

  /** Gives back the use of a code by a device that has not done what it came for. */
  turnOut(fingerprint: string): void {
    this.giveBack(this.#takeOffTrial(fingerprint)?.invite)
  }

  /** Notes that a device which was tried is in, under a name. */
  keepIn(fingerprint: string, name: string): void {
    const admitted = this.#takeOffTrial(fingerprint)
    if (admitted) this.enter(admitted, name)
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
    if (invite && invite.guests !== Infinity && invite === this.#codes?.current) this.#show(invite)
  }

  #isKnown(fingerprint: string): boolean {
    // A connection that breaks is made again even then: the code that was proved may be used up by now.
    if (this.#needsCode(fingerprint)) return this.house.isHere(fingerprint)
    return this.#proved.has(fingerprint) || this.#onTrial.has(fingerprint) || this.memory.has(fingerprint)
  }

  #takeOffTrial(fingerprint: string): Admitted | undefined {
    const admitted = this.#onTrial.get(fingerprint)
    this.#onTrial.delete(fingerprint)
    return admitted
  }

  /** Whether a device proves a code for each session. */
  #needsCode(fingerprint: string): boolean {
    return this.isCodeOnly || fingerprint === this.ownFingerprint
  }

  /** Tells that the code of `invite` has been used, where that makes a difference. */
  #tellUse(invite: Invite): void {
    if (invite.guests === Infinity) return
    this.#show(invite)
    const next = this.#codes?.current
    if (next !== undefined && next !== invite) this.#show(next)
  }

  #show(invite: Invite): void {
    const shown = invite === this.#codes?.given ? {} : {code: invite.code}
    this.house.tell({event: 'invite', ...shown, uses: invite.uses === Infinity ? null : invite.uses})
  }

  #answer(wrong: WrongCode): void {
    this.#notice('wrong-code', describe(wrong))
    const remedy = this.#codes?.countWrong(wrong.isFlood)
    if (remedy === undefined) return
    const invite = this.#codes?.current
    this.#notice(`code-${remedy}`, invite ? remedies[remedy] : `${remedies[remedy]}; ${onlyRemembered}`)
    if (remedy !== 'slowed' && invite !== undefined) this.#show(invite)
  }

  #notice(code: string, message: string): void {
    this.house.tell({event: 'notice', code, message})
  }
}

const remedies: Record<Remedy, string> = {
  replaced: `${codeLimits.untilReplaced} wrong codes: the code is replaced`,
  withdrawn: `${codeLimits.untilWithdrawn} wrong codes: the code is withdrawn`,
  slowed: `${codeLimits.untilReplaced} wrong codes: one try in ${guardLimits.wrongCodeForgottenMs / 1000} s is taken now`,
}

const rests = 'the code that you gave is good again when this one is used up, or after /invite'

const onlyRemembered = 'only remembered devices come in until /invite'

function describe({address, source, count, refusedForMs}: WrongCode): string {
  if (count === 1) return `a wrong code came from ${address}`
  if (refusedForMs === 0) return `${count} wrong codes from ${address}`
  return `${count} wrong codes from ${source}; refused for ${refusedForMs / 1000} s`
}
