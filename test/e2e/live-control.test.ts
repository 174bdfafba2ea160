import {createHash, randomBytes} from 'node:crypto'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {AnyEvent, LiveChatctl} from '../helpers/live-chatctl.js'
import {liveRoomOf} from '../helpers/live-room.js'
import {eventLoopTurns} from '../helpers/until.js'
import {shared} from '../helpers/when-over.js'

const bytes = randomBytes(6_000_000)
const sha256 = createHash('sha256').update(bytes).digest('hex')

/** A host who takes all files, and ana. */
const room = shared(async () => {
  const {host, members} = await liveRoomOf([{nick: 'ana'}])
  return {bob: host, ana: members[0]!}
})

let scenes = 0

/** A file of ana is on its way to bob, slowly; each end with the number that it has there. */
async function underWay() {
  const {bob, ana} = room()
  const name = `data-${++scenes}.bin`
  writeFileSync(join(ana.cwd, name), bytes)
  ana.type('/bwlimit 1M', `/file ${name} --to bob`)
  const {transfer} = await bob.event('offer', offer => offer['name'] === name)
  const isOfIt = (event: AnyEvent): boolean => event['name'] === name || event['transfer'] === transfer
  await bob.event('progress', isOfIt)
  // Both have had nothing else than these.
  const ends = [bob, ana].map(end => ({end, number: Number(transfer)}))
  return {bob, ana, ends, name, isNamed: (event: AnyEvent) => event['name'] === name}
}

const count = ({events}: LiveChatctl, kind: string): number => events.filter(({event}) => event === kind).length

describe.each([0, 1])('what is said about a transfer at end %i', which => {
  it('pauses it, lets it go on, and sets how fast: it arrives', async () => {
    const {bob, ana, ends, isNamed} = await underWay()
    const {end, number} = ends[which]!
    end.type(`/pause ${number}`)
    expect(await bob.event('paused', isNamed)).toMatchObject({by: which === 0 ? 'self' : 'peer'})
    expect(await ana.event('paused', isNamed)).toMatchObject({by: which === 1 ? 'self' : 'peer'})
    const progressed = count(bob, 'progress')
    ana.type('still here')
    await bob.event('message', ({text}) => text === 'still here')
    await eventLoopTurns(5)
    expect(count(bob, 'progress') - progressed).toBeLessThanOrEqual(1)
    end.type(`/resume ${number}`)
    await Promise.all([bob.event('resumed', isNamed), ana.event('resumed', isNamed)])
    ana.type('/bwlimit off')
    expect(await bob.event('received', isNamed)).toMatchObject({sha256})
    expect(await ana.event('sent', isNamed)).toMatchObject({sha256})
  })

  it('cancels it: both hear so', async () => {
    const {bob, ana, ends, isNamed} = await underWay()
    const {end, number} = ends[which]!
    end.type(`/cancel ${number}`)
    expect(await bob.event('cancelled', isNamed)).toMatchObject({by: which === 0 ? 'self' : 'peer'})
    expect(await ana.event('cancelled', isNamed)).toMatchObject({by: which === 1 ? 'self' : 'peer'})
  })
})

describe('/bwlimit where files come in', () => {
  it('holds them to a rate, and lets go of one that is under way', async () => {
    const {bob, ana} = room()
    const send = (name: string): ((event: AnyEvent) => boolean) => {
      writeFileSync(join(ana.cwd, name), bytes)
      ana.type('/bwlimit off', `/file ${name} --to bob`)
      return event => event['name'] === name
    }
    bob.type('/bwlimit 3M')
    await bob.tells('files move at 3.0 MB/s at most, each way')
    const {ms} = await bob.event('received', send('held.bin'))
    expect(ms).toBeGreaterThan(1000)
    bob.type('/bwlimit 1k')
    await bob.tells('files move at 1.0 kB/s at most, each way')
    const isNamed = send('let-go.bin')
    await bob.event('offer', isNamed)
    bob.type('/bwlimit off')
    expect(await bob.event('received', isNamed)).toMatchObject({sha256})
  })
})
