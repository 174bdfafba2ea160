import {Writable} from 'node:stream'
import {describe, expect, it} from 'vitest'
import type {Conversation} from '../../src/conversation.js'
import {runShell} from '../../src/repl/run-shell.js'
import {maxInFlightBytes} from '../../src/session/outbox.js'
import {heldBackAboveBytes, stuckAfterMs} from '../../src/session/talk-gate.js'
import {RoomInMemory} from '../helpers/room-in-memory.js'
import {createIo} from '../helpers/shell-streams.js'
import {eventLoopTurns} from '../helpers/until.js'

/** An output that somebody reads piece by piece, when a test says so. */
class SteppedOutput extends Writable {
  text = ''
  #piece: {text: string; taken: () => void} | undefined

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: () => void): void {
    this.#piece = {text: chunk.toString(), taken}
  }

  /** Reads what was written last, and returns it. */
  readPiece(): string {
    const piece = this.#piece
    this.#piece = undefined
    this.text += piece?.text ?? ''
    piece?.taken()
    return piece?.text ?? ''
  }
}

const filling = 'x'.repeat(60_000)
const said = (count: number): string[] => Array.from({length: count}, (_, number) => `${number} ${filling}`)
const textsIn = (output: string, nick: string): string[] =>
  output
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as {event: string; from: {nick: string}; text: string})
    .flatMap(({event, from, text}) => (event === 'message' && from.nick === nick ? [text] : []))

/** A room whose host, or a member of it, runs a shell in event mode; ana floods the room and cem says little. */
async function openScene(who: 'host' | 'member') {
  const room = new RoomInMemory()
  const [ana, cem] = [await room.member('ana'), await room.member('cem')]
  const shown = who === 'host' ? room.host : await room.member('dora')
  const output = new SteppedOutput()
  const conversation: Conversation = shown.room
  void runShell(conversation, {...createIo('event'), stdout: output})
  const heardBytes = (): number =>
    shown.events.reduce((bytes, event) => bytes + (event.event === 'message' ? event.text.length : 0), 0)
  /** Lets time pass, and all that it brings happen. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 20) {
      room.clock.advance(20)
      await eventLoopTurns(2)
    }
  }
  const flood = (count: number) => Promise.all(said(count).map(text => ana.room.say(text)))
  return {ana, cem, shown, output, heardBytes, pass, flood}
}

const mostAhead = heldBackAboveBytes + maxInFlightBytes + 2 * filling.length

describe.each(['host', 'member'] as const)('the event mode of a %s in a flood', who => {
  it('shows all of it, in order, to one who reads 200 kB/s, and lets no more wait than 5 MiB', async () => {
    const {ana, output, heardBytes, pass, flood} = await openScene(who)
    const flooded = flood(150)
    let [most, isOver] = [0, false]
    while (!isOver) {
      isOver = output.readPiece().includes('149 x')
      await pass(80)
      most = Math.max(most, heardBytes() - output.text.length)
    }
    await flooded
    for (let piece = 0; piece < 10; piece++) {
      output.readPiece()
      await pass(20)
    }
    expect(textsIn(output.text, 'ana')).toEqual(said(150))
    expect(most).toBeGreaterThan(heldBackAboveBytes - 2 * filling.length)
    expect(most).toBeLessThanOrEqual(mostAhead)
    expect(ana.room.session.end).toBeUndefined()
  })

  it('that nobody reads holds the flood back for 2 s, and who says little not at all', async () => {
    const {cem, heardBytes, pass, flood} = await openScene(who)
    let isThrough = false
    const flooded = flood(250).then(() => (isThrough = true))
    await pass(stuckAfterMs - 200)
    expect(isThrough).toBe(false)
    expect(heardBytes()).toBeLessThanOrEqual(mostAhead)
    let hasSaid = false
    const saying = cem.room.say('hello').then(() => (hasSaid = true))
    await pass(100)
    expect([hasSaid, isThrough]).toEqual([true, false])
    await Promise.all([pass(4000), flooded, saying])
  })
})

describe('an output that nobody reads, in a flood,', () => {
  it("ends a host's shell when more than 64 MiB wait", async () => {
    const {output, pass, flood} = await openScene('host')
    let broken: unknown
    output.on('error', error => (broken = error))
    void flood(1200)
    while (broken === undefined) await pass(100)
    expect(broken).toMatchObject({code: 'not-writable', exitCode: 8, message: 'nobody reads the output'})
  })

  it('makes the host give a member up as slow, with no more than 5 MiB waiting there', async () => {
    const {shown, heardBytes, pass, flood} = await openScene('member')
    const flooded = flood(250)
    let ending: unknown
    void shown.room.ended.then(how => (ending = how))
    while (ending === undefined) await pass(100)
    expect(ending).toMatchObject({reason: 'lost', error: {message: 'the host ended the session (slow)'}})
    expect(heardBytes()).toBeLessThanOrEqual(mostAhead)
    await flooded
  })
})
