import {describe, expect, it} from 'vitest'
import type {RoomEvent} from '../../src/conversation.js'
import {OutOfRoomError} from '../../src/transfer/disk-error.js'
import {Pauses} from '../../src/transfer/pauses.js'
import {RoomWait} from '../../src/transfer/room-wait.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {eventLoopTurns} from '../helpers/until.js'

/** A transfer that waits for room, and what it has told. */
function begin() {
  const clock = new FakeClock()
  const told: string[] = []
  const emit = (event: RoomEvent) => void told.push(event.event === 'notice' ? event.message : event.event)
  const nobody = () => undefined
  const pauses = new Pauses({id: '0', transfer: 1, name: 'a', clock, say: nobody, emit, giveUp: nobody})
  pauses.begin()
  return {clock, told, room: new RoomWait(pauses, clock, new AbortController().signal)}
}

/** Something that needs room, of which there is none for it until it has some; with how it was tried. */
function want() {
  const tries: boolean[] = []
  const wanted = {
    tries,
    hasRoom: false,
    work: (isAgain: boolean): Promise<string> => {
      tries.push(isAgain)
      return wanted.hasRoom ? Promise.resolve('done') : Promise.reject(new OutOfRoomError('full'))
    },
  }
  return wanted
}

describe('RoomWait', () => {
  it('says that a transfer goes on when there is room for all that it wants at once, and not before', async () => {
    const {clock, told, room} = begin()
    const [one, other] = [want(), want()]
    const both = [room.untilRoom(one.work), room.untilRoom(other.work)]
    await eventLoopTurns(1)
    one.hasRoom = true
    clock.advance(2000)
    expect(await both[0]).toBe('done')
    await room.untilRoom(one.work)
    expect(told).toEqual(['paused'])
    other.hasRoom = true
    clock.advance(2000)
    expect(await both[1]).toBe('done')
    expect(told).toEqual(['paused', 'resumed'])
  })

  it('looks again for each of them as soon as somebody says that there is room, and takes what there is', async () => {
    const {room} = begin()
    const [one, other] = [want(), want()]
    const both = [room.untilRoom(one.work), room.untilRoom(other.work)]
    await eventLoopTurns(1)
    one.hasRoom = other.hasRoom = true
    room.urge()
    expect(await Promise.all(both)).toEqual(['done', 'done'])
    expect([one.tries, other.tries]).toEqual([
      [false, false],
      [false, false],
    ])
  })

  it('answers each who says so in vain, once, with what a second look says is missing', async () => {
    const {clock, told, room} = begin()
    const look = (isAgain: boolean) =>
      Promise.reject(new OutOfRoomError(isAgain ? '4.0 MB are free' : 'the disk is full'))
    const both = [room.untilRoom(look), room.untilRoom(look)]
    for (const each of both) each.catch(() => undefined)
    await eventLoopTurns(1)
    room.urge()
    await eventLoopTurns(1)
    clock.advance(2000)
    await eventLoopTurns(1)
    const answer = '#1 a cannot go on yet: 4.0 MB are free'
    expect(told).toEqual(['paused', answer])
    room.urge()
    await eventLoopTurns(1)
    expect(told).toEqual(['paused', answer, answer])
    room.close()
  })

  it('answers nobody who has not asked since it went on', async () => {
    const {told, room} = begin()
    const {work} = want()
    let hasRoom = false
    const waiting = room.untilRoom(isAgain => (hasRoom ? Promise.resolve('done') : work(isAgain)))
    await eventLoopTurns(1)
    hasRoom = true
    room.urge()
    await waiting
    room.untilRoom(work).catch(() => undefined)
    await eventLoopTurns(1)
    expect(told).toEqual(['paused', 'resumed', 'paused'])
    room.close()
  })

  it('hears that also while it looks', async () => {
    const {clock, room} = begin()
    const {tries, work} = want()
    let isUrged = false
    const waiting = room.untilRoom(async isAgain => {
      if (tries.length === 1 && !isUrged) {
        isUrged = true
        room.urge()
      }
      return tries.length === 2 ? 'done' : work(isAgain)
    })
    await eventLoopTurns(1)
    clock.advance(2000)
    expect(await waiting).toBe('done')
    expect(tries).toEqual([false, true])
  })

  it('lets a transfer go on whose trouble is another one by now', async () => {
    const {clock, told, room} = begin()
    let error: Error = new OutOfRoomError('full')
    const waiting = room.untilRoom(() => Promise.reject(error))
    await eventLoopTurns(1)
    error = new Error('broken')
    clock.advance(2000)
    await expect(waiting).rejects.toThrow('broken')
    expect(told).toEqual(['paused', 'resumed'])
  })
})
