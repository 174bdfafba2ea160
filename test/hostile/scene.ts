import {expect} from 'vitest'
import {ackDelayMs} from '../../src/session/ack-timer.js'
import type {Membership} from '../../src/membership.js'
import {openFilesOf} from '../helpers/open-files.js'
import {RoomInMemory, type Participant} from '../helpers/room-in-memory.js'
import {eventLoopTurns, until} from '../helpers/until.js'
import {Liar} from './liar.js'

/** How a lie is answered: by the end of the session, by a message, by the end of a channel; or it changes nothing. */
export type Answer = {goaway: string} | {told: object} | {reset: string} | 'nothing'

/** A room of a host and two honest members, one of them spoken for by the test, and one who lies. */
export class Scene {
  readonly room = new RoomInMemory()
  readonly ana: Participant<Membership>
  /** An honest member whose words the test chooses. */
  readonly ben: Liar
  readonly mallory: Liar
  readonly #timersBefore: number

  private constructor(room: RoomInMemory, ana: Participant<Membership>, ben: Liar) {
    this.room = room
    this.ana = ana
    this.ben = ben
    this.#timersBefore = this.#timers()
    this.mallory = this.arrive()
  }

  static async open(): Promise<Scene> {
    const room = new RoomInMemory()
    const ana = await room.member('ana')
    const ben = new Liar(room.admit().joiner).read()
    await enter(ben, 'ben')
    return new Scene(room, ana, ben)
  }

  /** Lets somebody in who has not said what for. */
  arrive(fingerprint?: string): Liar {
    return new Liar(this.room.admit(fingerprint).joiner).read()
  }

  /** Has mallory take a seat. */
  async seat(nick = 'mallory'): Promise<void> {
    await enter(this.mallory, nick)
  }

  /** Resolves when mallory has had this answer; what ends the session has to be the only end. */
  async answered(answer: Answer): Promise<void> {
    const {mallory} = this
    if (answer === 'nothing') {
      await this.#goesOn()
      return
    }
    if ('goaway' in answer) {
      await until(() => mallory.isClosed)
      expect(mallory.farewells).toEqual([answer.goaway])
      return
    }
    if ('reset' in answer) await until(() => mallory.resets.length > 0)
    else await until(() => mallory.all('message').length > 1)
    if ('reset' in answer) expect(mallory.resets).toEqual([answer.reset])
    else expect(answersTo(mallory)).toEqual([answer.told])
    await this.#goesOn()
  }

  /** Expects that the others hear each other, and that no one of them has noticed more than a coming and a going. */
  async isUndisturbed(): Promise<void> {
    const {ana, ben, room} = this
    await ana.room.say('is everyone here?')
    await room.host.room.say('we are')
    await until(() => ana.events.some(event => event.event === 'message' && event.text === 'we are'))
    await until(() => ben.heard('message').some(({text}) => text === 'we are'))
    for (const member of ['ana', 'ben']) {
      expect(room.host.events).not.toContainEqual(expect.objectContaining({event: 'left', member: {nick: member}}))
    }
    expect(ben.farewells).toEqual([])
    const troubles = [...ana.happened, ...room.host.happened].filter(event =>
      ['error', 'reconnecting', 'bye'].includes(event),
    )
    expect(troubles).toEqual([])
  }

  /** Has mallory go, and expects that nothing of it stays: no member, no file, no descriptor, no timer. */
  async leavesNothing(): Promise<void> {
    const {mallory, room} = this
    if (!mallory.isClosed) mallory.frame('goaway', {code: 'bye'})
    await until(() => mallory.isClosed)
    await until(() => room.host.room.transfers().length === 0)
    expect(room.host.room.members().map(({nick}) => nick)).toEqual(['ana', 'ben'])
    await until(() => room.host.files.length === 0)
    expect(openFilesOf(room.host.intake.directory)).toBe(0)
    await eventLoopTurns(2)
    expect(this.#timers()).toBe(this.#timersBefore)
  }

  /** What mallory says last is heard, so all before it was taken; and it is heard as mallory's. */
  async #goesOn(): Promise<void> {
    const {mallory, ana} = this
    mallory.say({type: 'say', kind: 'say', text: 'and I am still here'})
    const isHeard = () => ana.events.some(event => event.event === 'message' && event.text === 'and I am still here')
    await until(() => isHeard() || mallory.isClosed)
    expect(mallory.farewells).toEqual([])
    expect(isHeard()).toBe(true)
  }

  /** Timers of the room, when no acknowledgement is due any more. */
  #timers(): number {
    this.room.clock.advance(ackDelayMs)
    return this.room.clock.waiting
  }
}

/** What mallory was told, but for the welcome and what everyone hears. */
function answersTo(mallory: Liar): object[] {
  const toAll = ['welcome', 'joined', 'left', 'renamed', 'message']
  const all = mallory.all('message').map(({payload}) => JSON.parse(String(payload)) as {type: string})
  return all.filter(({type}) => !toAll.includes(type))
}

async function enter(liar: Liar, nick: string): Promise<void> {
  liar.frame('attach', {session: null, lastSeen: 0, nick, purpose: 'talk'})
  await until(() => liar.heard('welcome').length === 1)
}
