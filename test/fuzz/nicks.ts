import assert from 'node:assert/strict'
import {looksOf} from '../../src/protocol/look.js'
import {isNick} from '../../src/protocol/nick.js'
import {Room} from '../../src/room/room.js'
import {asText, Choices} from './choices.js'
import type {FuzzTarget} from './target.js'

const wanted = [
  'bob',
  'ЬоЬ',
  'b0b',
  'B0B',
  'bob-2',
  'all',
  'аll',
  'аdmin',
  'adrnin',
  'e\u0301va',
  'éva',
  '安娜',
  '\u3164',
  '\u1160',
]

/** Whoever comes, goes and renames: everyone has a nick, and nobody one that looks like another's. */
export const nicks: FuzzTarget = {
  name: 'nicks',
  seeds: [
    asText(wanted.join('\n')),
    asText(wanted.map((nick, index) => `${'+-~'[index % 3] ?? ''}${nick}`).join('\n')),
  ],
  dictionary: [...wanted, '\n', '\n-', '\n~'].map(piece => Buffer.from(piece)),
  run(bytes) {
    const room = new Room()
    for (const request of new Choices(bytes).text().split('\n').slice(0, 40)) carryOut(room, request)
    const members = room.members()
    const looks = members.flatMap(({nick}) => [...looksOf(nick)])
    assert.equal(new Set(looks).size, looks.length, 'two look alike')
    assert.ok(members.every(({nick}) => isNick(nick)))
    return `${Math.min(members.length, 5)} ${members.some(({nick}) => /-\d$/.test(nick))}`
  },
}

function carryOut(room: Room, request: string): void {
  const [first] = room.members()
  const nick = request.slice(1)
  if (request.startsWith('-') && first) room.leave(first.id, 'quit')
  else if (request.startsWith('~') && first) room.rename(first.id, nick)
  else if (isNick(nick)) room.enter(nick, () => undefined)
}
