import {readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it, onTestFinished, vi} from 'vitest'
import type {Membership} from '../../../src/membership.js'
import {maxRelayedBytes, RelayBudget, type BudgetedRelay} from '../../../src/transfer/relay/relay-budget.js'
import {RelayPort} from '../../../src/transfer/relay/relay-port.js'
import {openFilesOf} from '../../helpers/open-files.js'
import {RoomInMemory, type Participant} from '../../helpers/room-in-memory.js'

const idle: BudgetedRelay = {heldBytes: 0}

/** Follows what relays take of the host: their places at each session, and their share of the budget. */
function watchRelays() {
  const [add, remove] = [vi.spyOn(RelayPort.prototype, 'add'), vi.spyOn(RelayPort.prototype, 'remove')]
  const enter = vi.spyOn(RelayBudget.prototype, 'enter')
  onTestFinished(() => [add, remove, enter].forEach(spy => spy.mockRestore()))
  return {
    count: () => enter.mock.calls.length,
    places: () => add.mock.calls.length - new Set(remove.mock.calls.map(([transfer]) => transfer)).size,
    share: () => (enter.mock.contexts[0] as RelayBudget).shareOf(idle),
  }
}

/** Sends a small file to cem, so many times, and returns the numbers that the transfers had at its sender. */
async function sendMany(ana: Participant<Membership>, path: string, count: number): Promise<number[]> {
  const sending = Array.from({length: count}, () => ana.room.sendFile(path, {to: 'cem'}))
  const delivered = (await Promise.all(sending)).map(outgoing => outgoing.delivered)
  return (await Promise.all(delivered)).map(({transfer}) => transfer)
}

it.each([
  ['one after the other', 200, 1],
  ['thirty-two at once', 256, 32],
])('relays, %s, leave nothing behind at the host or at either end', async (_, count, atOnce) => {
  const room = new RoomInMemory()
  const [ana, cem] = [await room.member('ana'), await room.member('cem')]
  const relays = watchRelays()
  const path = ana.write('a.txt', 'a small file')
  const numbers = await sendMany(ana, path, atOnce)
  const timers = room.clock.waiting
  while (numbers.length < count) {
    numbers.push(...(await sendMany(ana, path, atOnce)))
    for (const name of readdirSync(cem.intake.directory)) rmSync(join(cem.intake.directory, name))
  }

  expect(relays.count()).toBe(count)
  expect(relays.places()).toBe(0)
  expect(relays.share()).toBe(maxRelayedBytes)
  const inOrder = (given: number[]): number[] => given.sort((one, other) => one - other)
  const received = cem.events.flatMap(event => (event.event === 'received' ? [event.transfer] : []))
  for (const given of [numbers, received])
    expect(inOrder(given)).toEqual(Array.from({length: count}, (_, index) => index + 1))
  for (const {room: conversation, intake} of [ana, cem, room.host]) {
    expect(conversation.transfers()).toEqual([])
    expect(openFilesOf(intake.directory)).toBe(0)
  }
  expect(room.clock.waiting).toBe(timers)
  expect(room.host.happened).toEqual(['joined', 'joined'])
})
