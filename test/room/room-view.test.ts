import {beforeEach, describe, expect, it} from 'vitest'
import {isRoomMessage, RoomView} from '../../src/room/room-view.js'

const [bob, ana, eve] = ['bob', 'ana', 'eve'].map((nick, index) => ({id: index + 1, nick})) as [Named, Named, Named]

interface Named {
  id: number
  nick: string
}

let view: RoomView

beforeEach(() => {
  view = new RoomView()
  expect(view.take({type: 'welcome', you: ana, host: bob, members: [bob, eve]})).toBeUndefined()
})

describe('the view of a room', () => {
  it('begins with the welcome', () => {
    expect([view.me, view.host, view.members()]).toEqual([ana, bob, [bob, eve]])
  })

  it('keeps who joins and leaves, in the order in which they came', () => {
    const carl = {id: 4, nick: 'carl'}
    expect(view.take({type: 'joined', member: carl})).toEqual({event: 'joined', member: carl})
    expect(view.take({type: 'left', member: bob, reason: 'quit'})).toEqual({event: 'left', member: bob, reason: 'quit'})
    expect(view.members()).toEqual([eve, carl])
  })

  it('knows what one has said oneself', () => {
    const message = {type: 'message', id: 1, kind: 'say', text: 'hi'} as const
    expect(view.take({...message, from: ana})).toEqual({
      event: 'message',
      id: 1,
      from: ana,
      kind: 'say',
      text: 'hi',
      self: true,
    })
    expect(view.take({...message, from: bob})).toMatchObject({from: bob, self: false})
    // Whoever takes one's nick is not oneself.
    expect(view.take({...message, from: {id: 9, nick: 'ana'}})).toMatchObject({self: false})
  })

  it('tells to whom something private was said', () => {
    const message = {type: 'message', id: 1, from: ana, to: eve, kind: 'private', text: 'psst'} as const
    expect(view.take(message)).toMatchObject({event: 'message', from: ana, to: eve, kind: 'private', self: true})
  })

  it.each([
    ['of another', eve, 'self', false],
    ['of the host', bob, 'self', false],
    ['of oneself', ana, 'self', true],
  ] as const)('keeps the new nick %s', (_, was, _self, self) => {
    const member = {...was, nick: 'new'}
    expect(view.take({type: 'renamed', member, was: was.nick})).toEqual({event: 'renamed', member, was: was.nick, self})
    expect([view.me, view.host, ...view.members()].filter(({id}) => id === was.id)).toEqual(
      Array(was === bob ? 2 : 1).fill(member),
    )
  })

  it.each(['eve', 'EVE', 'ｅｖｅ'])('finds eve as %s', nick => {
    expect(view.find(nick)).toEqual(eve)
  })

  it.each(['ana', 'carl', ''])('finds nobody else called %j', nick => {
    expect(() => view.find(nick)).toThrow(expect.objectContaining({code: 'unknown-member', exitCode: 2}))
  })
})

describe('a message', () => {
  it('is of the room when it tells what happens there', () => {
    expect(isRoomMessage({type: 'joined', member: ana})).toBe(true)
    expect(isRoomMessage({type: 'refused', request: 'say', code: 'muted'})).toBe(false)
    expect(isRoomMessage({type: 'cancel', transfer: '0'.repeat(32)})).toBe(false)
  })
})
