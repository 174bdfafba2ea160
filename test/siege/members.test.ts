import {describe, expect, it} from 'vitest'
import type {Liar} from '../hostile/liar.js'
import {offer, transferId} from '../hostile/offers.js'
import {Scene} from '../hostile/scene.js'
import {maxOffers} from '../../src/transfer/limits.js'
import {eventLoopTurns, until} from '../helpers/until.js'

const label = {transfer: transferId(1)}

const offerOrCancel = (number: number): object =>
  number % 2 === 1 ? offer(number) : {type: 'cancel', transfer: transferId(number - 1)}

type Flood = [of: string, send: (mallory: Liar) => void]

describe('a room in a flood of', () => {
  const said = {type: 'say', kind: 'say', text: 'x'}
  const floods: Flood[] = [
    ['10,000 channels', m => m.flood(10_000, 'open', number => [label, {channel: 2 * number - 1}])],
    ['10,000 pings', m => m.flood(10_000, 'ping', () => ['8 bytes.'])],
    ['10,000 pongs', m => m.flood(10_000, 'pong', () => ['8 bytes.'])],
    ['10,000 grants', m => m.flood(10_000, 'credit', number => ['', {channel: 2, number}])],
    ['10,000 resets', m => m.flood(10_000, 'reset', number => [{code: 'cancelled'}, {channel: number}])],
    ['10,000 acks', m => m.flood(10_000, 'ack', () => ['', {number: 1}])],
    ['2,000 offers', m => m.flood(2000, 'message', number => [offer(number), {number}])],
    ['2,000 offers to a member', m => m.flood(2000, 'message', number => [offer(number, {to: 2}), {number}])],
    ['1,000 offers taken back', m => m.flood(2000, 'message', number => [offerOrCancel(number), {number}])],
    ['2,000 nicks', m => m.flood(2000, 'message', number => [{type: 'rename', nick: `mallory-${number}`}, {number}])],
    ['2,000 words', m => m.flood(2000, 'message', number => [said, {number}])],
    ['10,000 repetitions', m => m.flood(10_000, 'message', () => [said, {number: 1}])],
  ]
  it.each(floods)('%s lets newcomers in, and goes on talking in order', async (_, flood) => {
    const scene = await Scene.open()
    const {room, ana, mallory} = scene
    room.host.intake.accept = 'ask'
    await scene.seat()
    flood(mallory)
    const saying = Promise.all([1, 2, 3].map(number => ana.room.say(`ana ${number}`)))
    const cem = await room.member('cem')
    await saying
    await room.host.room.say('welcome, cem')
    await until(() => cem.events.some(event => event.event === 'message' && event.text === 'welcome, cem'))
    const heard = room.host.events.flatMap(event =>
      event.event === 'message' && event.from.nick === 'ana' ? [event.text] : [],
    )
    expect(heard).toEqual(['ana 1', 'ana 2', 'ana 3'])
    expect(room.host.room.transfers().length).toBeLessThanOrEqual(maxOffers)
    await cem.room.leave()
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })

  it('requests to be attached keeps nobody who is not', async () => {
    const scene = await Scene.open()
    const crowd = Array.from({length: 500}, () => scene.arrive())
    for (const [index, liar] of crowd.entries())
      liar.frame('attach', {session: null, lastSeen: 0, nick: index % 2 ? 'no nick' : 'all', purpose: 'talk'})
    await until(() => crowd.every(({isClosed}) => isClosed))
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })

  it('pings takes turns with everybody else', async () => {
    const scene = await Scene.open()
    const {mallory, room} = scene
    await scene.seat()
    const answered = (): number => mallory.all('pong').length
    mallory.flood(20_000, 'ping', () => ['8 bytes.'])
    await room.host.room.say('nobody waits for all of them')
    await eventLoopTurns(3)
    expect(answered()).toBeLessThan(10_000)
    await until(() => answered() === 20_000)
    await scene.isUndisturbed()
  })
})

describe('a member that does not read', () => {
  it.each<Flood>([
    ['what it asks for with pings', m => m.flood(60_000, 'ping', () => ['8 bytes.'])],
    ['that its channels are reset', m => m.flood(60_000, 'open', number => [label, {channel: 2 * number - 1}])],
  ])('%s is given up as slow', async (_, flood) => {
    const scene = await Scene.open()
    const {mallory, ana} = scene
    await scene.seat()
    mallory.stopReading()
    flood(mallory)
    expect(await ana.event('left')).toMatchObject({member: {nick: 'mallory'}, reason: 'lost'})
    await scene.isUndisturbed()
  })
})
