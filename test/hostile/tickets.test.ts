import {describe, expect, it} from 'vitest'
import {until} from '../helpers/until.js'
import type {Liar} from './liar.js'
import {Scene} from './scene.js'

interface Ticket {
  id: string
  token: string
}

const anotherDevice = 'cc'.repeat(32)

/** The ticket that somebody was given. */
function ticketOf(liar: Liar): Ticket {
  return (JSON.parse(String(liar.all('attached')[0]!.payload)) as {session: Ticket}).session
}

const flip = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1)

type Theft = [what: string, device: string | undefined, request: (ticket: Ticket) => object, code: string]

describe('somebody who wants the session of ben', () => {
  const back = {lastSeen: 1, nick: 'ben', purpose: 'talk'}
  const thefts: Theft[] = [
    [
      'with a token that it guessed',
      undefined,
      ({id, token}) => ({...back, session: {id, token: flip(token)}}),
      'unknown-session',
    ],
    [
      'with an id that it guessed',
      undefined,
      ({id, token}) => ({...back, session: {id: flip(id), token}}),
      'unknown-session',
    ],
    ['with his ticket, from another device', anotherDevice, session => ({...back, session}), 'unknown-session'],
    [
      'with a token cut short',
      undefined,
      ({id, token}) => ({...back, session: {id, token: token.slice(2)}}),
      'protocol-violation',
    ],
    ['with an id and no token', undefined, ({id}) => ({...back, session: {id}}), 'protocol-violation'],
    ['having seen what was never sent', undefined, session => ({...back, session, lastSeen: 99}), 'protocol-violation'],
    ['having seen less than nothing', undefined, session => ({...back, session, lastSeen: -1}), 'protocol-violation'],
    ['having seen a part', undefined, session => ({...back, session, lastSeen: 0.5}), 'protocol-violation'],
  ]
  it.each(thefts)('%s does not get it, and ben keeps it', async (_, device, request, code) => {
    const scene = await Scene.open()
    const thief = scene.arrive(device)
    thief.frame('attach', request(ticketOf(scene.ben)))
    await until(() => thief.isClosed)
    expect(thief.farewells).toEqual([code])
    expect(scene.ben.farewells).toEqual([])
    await scene.isUndisturbed()
  })
})

describe('somebody who enters', () => {
  it.each<[string, object, string]>([
    ['for a purpose that is not', {purpose: 'rule'}, 'protocol-violation'],
    ['for a purpose that every object has', {purpose: 'constructor'}, 'protocol-violation'],
    ['as all', {nick: 'all'}, 'bad-nick'],
    ['under a name of several lines', {nick: 'ana\nben'}, 'bad-nick'],
    ['under a name that turns around', {nick: '\u202enab'}, 'bad-nick'],
    ['without a name', {nick: ''}, 'protocol-violation'],
    ['with no word of a session', {session: undefined}, 'protocol-violation'],
    ['with a room too long to be one', {room: 'x'.repeat(129)}, 'protocol-violation'],
  ])('%s gets no further', async (_, changes, code) => {
    const scene = await Scene.open()
    const attach = {session: null, lastSeen: 0, nick: 'mallory', purpose: 'talk', ...changes}
    scene.mallory.frame('attach', attach)
    await scene.answered({goaway: code})
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })

  it('as ana gets another name than hers', async () => {
    const scene = await Scene.open()
    await scene.seat('ANA')
    expect(scene.mallory.heard('welcome')).toMatchObject([{you: {nick: 'ANA-2'}}])
    await scene.answered('nothing')
  })
})
