import {expect, it, onTestFinished, vi} from 'vitest'
import {patienceMs} from '../../../src/transfer/many/shared-window.js'
import {maxRelayedBytes, RelayBudget} from '../../../src/transfer/relay/relay-budget.js'
import {maxSharedWindowBytes} from '../../../src/transfer/relay/relay-pipe.js'
import {RoomInMemory} from '../../helpers/room-in-memory.js'
import {eventLoopTurns} from '../../helpers/until.js'
import type {WirePeer} from '../../helpers/wire-peer.js'

const job = 'e'.repeat(32)
const transferId = (number: number): string => number.toString(16).padStart(32, '0')
const fileBytes = 100 * 2 ** 20

/** A sender and three receivers who obey no rule; each has accepted, and the sender has opened one channel for all. */
async function meet({withJob = true, asked = fileBytes} = {}) {
  const room = new RoomInMemory()
  const [source, ...targets] = [
    await room.peer('mal'),
    await room.peer('eve'),
    await room.peer('finn'),
    await room.peer('gil'),
  ]
  let saidBySource = 0
  const say = (message: object): void =>
    source.send(['message', Buffer.from(JSON.stringify(message)), {number: ++saidBySource}])
  const what = {name: 'a.bin', bytes: fileBytes, files: 1, mediaType: 'text/plain', ...(withJob && {job})}
  targets.forEach((_, index) => say({type: 'offer', transfer: transferId(index + 1), ...what, to: 3 + index}))
  await eventLoopTurns(3)
  const saidBy = new Map<WirePeer, number>()
  const accept = (target: WirePeer, offset?: number): void => {
    const number = (saidBy.get(target) ?? 0) + 1
    saidBy.set(target, number)
    const {transfer} = heard(target, 'offer')[0]!
    target.send(['message', Buffer.from(JSON.stringify({type: 'accept', transfer, ...(offset && {offset})})), {number}])
  }
  for (const target of targets) accept(target)
  await eventLoopTurns(3)
  const open = (label: object): void => source.send(['open', label, {channel: 1}])
  const ask = (target: WirePeer, number = asked): void => target.send(['credit', undefined, {channel: 2, number}])
  return {room, source, targets, open, ask, accept, say}
}

type Said = Record<string, unknown>

const heard = (peer: WirePeer, type: string): Said[] =>
  peer
    .all('message')
    .map(({payload}) => JSON.parse(String(payload)) as Said)
    .filter(message => message['type'] === type)
const granted = (peer: WirePeer): number => Math.max(0, ...peer.all('credit').map(({number}) => number))
const passed = (peer: WirePeer): number => peer.all('chunk').reduce((sum, {payload}) => sum + payload.length, 0)
const all = {transfer: transferId(1), with: [transferId(2), transferId(3)]}

/** Sends all that is granted, until nothing more is. */
async function sendAll(source: WirePeer): Promise<number> {
  let sent = 0
  for (let idle = 0; idle < 5; idle++) {
    const total = granted(source)
    if (total > sent) idle = -1
    for (; sent < total; sent += Math.min(60_000, total - sent))
      source.send(['chunk', Buffer.alloc(Math.min(60_000, total - sent)), {channel: 1, number: sent}])
    await eventLoopTurns(3)
  }
  return sent
}

it('passes one channel on to all for whom it was opened', async () => {
  const {source, targets, open, ask} = await meet()
  open(all)
  await eventLoopTurns(3)
  for (const target of targets) ask(target, 100_000)
  await eventLoopTurns(3)
  expect(await sendAll(source)).toBe(100_000)
  expect(targets.map(passed)).toEqual([100_000, 100_000, 100_000])
  for (const target of targets)
    expect(target.all('open').map(({payload}) => String(payload))).toEqual([expect.not.stringContaining('with')])
})

it('keeps no more than the window for who takes nothing, which it lets go of after its time', async () => {
  const {room, source, targets, open, ask, accept} = await meet()
  const enter = vi.spyOn(RelayBudget.prototype, 'enter')
  onTestFinished(() => enter.mockRestore())
  open(all)
  await eventLoopTurns(3)
  const [eve, finn, gil] = targets
  ask(finn)
  ask(gil)
  const sent = await sendAll(source)
  expect(sent).toBeLessThanOrEqual(maxSharedWindowBytes)
  expect(sent).toBeGreaterThan(maxSharedWindowBytes - 100_000)
  const budget = enter.mock.contexts[0] as RelayBudget
  expect(maxRelayedBytes - budget.shareOf({heldBytes: 0})).toBeLessThanOrEqual(
    maxRelayedBytes / 2 + maxSharedWindowBytes,
  )
  room.clock.advance(patienceMs)
  await eventLoopTurns(3)
  expect(eve.all('reset').map(({payload}) => String(payload))).toEqual(['{"code":"connection-lost"}'])
  expect(finn.all('reset')).toEqual([])
  expect(granted(source)).toBeGreaterThan(sent)
  accept(eve, 0)
  await eventLoopTurns(3)
  expect(heard(source, 'accept')).toHaveLength(4)
})

it('tells the sender who cannot go on alone, and has fallen behind', async () => {
  const {room, source, targets, open, ask} = await meet({withJob: false})
  open(all)
  await eventLoopTurns(3)
  ask(targets[1])
  await sendAll(source)
  const live = async (ms: number): Promise<void> => {
    for (const peer of [source, ...targets]) peer.send(['ping', Buffer.alloc(8)])
    await eventLoopTurns(2)
    room.clock.advance(ms)
    await eventLoopTurns(2)
  }
  for (let step = 0; step < 29; step++) await live(1000)
  expect(heard(source, 'failed')).toEqual([])
  await live(1000)
  const failed = heard(source, 'failed').map(({transfer, code}) => [transfer, code])
  expect(failed.sort()).toEqual([
    [transferId(1), 'stalled'],
    [transferId(3), 'stalled'],
  ])
})

it('passes on nothing for whom no channel is due, or who is named twice', async () => {
  const {source, targets, open, ask, say} = await meet()
  say({type: 'cancel', transfer: transferId(3)})
  open({transfer: transferId(9), with: [transferId(1), transferId(1), transferId(3), transferId(77)]})
  await eventLoopTurns(3)
  ask(targets[0], 1000)
  await eventLoopTurns(3)
  expect(await sendAll(source)).toBe(1000)
  expect(targets.map(passed)).toEqual([1000, 0, 0])
  expect(targets.map(target => target.all('open').length)).toEqual([1, 0, 0])
})

it('resets a channel for nobody', async () => {
  const {source, open} = await meet()
  open({transfer: transferId(8), with: [transferId(9)]})
  await eventLoopTurns(3)
  expect(source.all('reset').map(({payload}) => String(payload))).toEqual(['{"code":"unknown-transfer"}'])
})
