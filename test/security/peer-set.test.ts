import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {isNick, nickKey} from '../../src/protocol/nick.js'
import {parseRecord, type PeerRecord} from '../../src/security/peer-records.js'
import {PeerSet} from '../../src/security/peer-set.js'

const at = '2026-11-22T12:00:00.000Z'
const device = (digit: string): string => digit.repeat(64)
const [ana, bob] = [device('a'), device('b')]
const address = {host: '192.168.1.5', port: 5000}

const remember = (fingerprint: string, name: string): PeerRecord => ({type: 'remember', fingerprint, name, at})
const rename = (fingerprint: string, name: string): PeerRecord => ({type: 'rename', fingerprint, name, at})
const forget = (fingerprint: string): PeerRecord => ({type: 'forget', fingerprint, at})
const meet = (fingerprint: string, host: string): PeerRecord => ({
  type: 'meet',
  fingerprint,
  address: {host, port: 5000},
  at,
})

function fold(...records: PeerRecord[]): PeerSet {
  const set = new PeerSet()
  for (const record of records) set.apply(record)
  return set
}

const names = (set: PeerSet): string[] => set.list().map(({name}) => name)

describe('the remembered devices', () => {
  it('are those that were remembered and not forgotten since', () => {
    const set = fold(remember(ana, 'ana'), remember(bob, 'bob'), forget(ana))
    expect(set.list()).toEqual([{fingerprint: bob, name: 'bob', since: at}])
    expect(set.get(ana)).toBeUndefined()
    expect(set.find('ana')).toBeUndefined()
    expect(set.find('BOB')).toBe(set.get(bob))
  })

  it('keep their names, whatever they call themselves later', () => {
    expect(names(fold(remember(ana, 'ana'), remember(ana, 'eve')))).toEqual(['ana'])
  })

  it('have names of their own: a taken one gets another number', () => {
    expect(names(fold(remember(ana, 'ana'), remember(bob, 'ANA')))).toEqual(['ana', 'ANA-2'])
    expect(names(fold(remember(ana, 'ana'), remember(bob, 'bob'), rename(bob, 'ana')))).toEqual(['ana', 'ana-2'])
  })

  it('have names that nobody takes for each other, as in a room', () => {
    expect(names(fold(remember(ana, 'admin'), remember(bob, 'аdmin')))).toEqual(['admin', 'аdmin-2'])
    expect(names(fold(remember(ana, 'mia'), remember(bob, 'bob'), rename(bob, 'rnia')))).toEqual(['mia', 'rnia-2'])
    expect(names(fold(remember(ana, 'admin'), forget(ana), remember(bob, 'аdmin')))).toEqual(['аdmin'])
    expect(fold(remember(ana, 'admin')).find('аdmin')).toBeUndefined()
  })

  it('give a name free when they get another, or are forgotten', () => {
    expect(names(fold(remember(ana, 'ana'), rename(ana, 'eva'), remember(bob, 'ana')))).toEqual(['eva', 'ana'])
    expect(names(fold(remember(ana, 'ana'), forget(ana), remember(bob, 'ana')))).toEqual(['ana'])
  })

  it('are never called localhost: who joins that means this machine', () => {
    expect(names(fold(remember(ana, 'LocalHost')))).toEqual(['LocalHost-2'])
  })

  it('are where they were met last, and each address knows who answered there last', () => {
    const set = fold(remember(ana, 'ana'), remember(bob, 'bob'), meet(ana, 'NAS'), meet(bob, 'nas'), meet(ana, 'pi'))
    expect(set.get(ana)?.address).toEqual({host: 'pi', port: 5000})
    expect(set.lastAt({host: 'nas', port: 5000})?.name).toBe('bob')
    expect(set.lastAt({host: 'nas', port: 5001})).toBeUndefined()
  })

  it('are not moved by what comes too late', () => {
    expect(fold(rename(ana, 'ana'), meet(ana, 'nas'), forget(ana)).list()).toEqual([])
  })
})

describe('any order of the records of several processes', () => {
  const digits = ['a', 'b', 'c']
  const name = fc.constantFrom('ana', 'ANA', 'bob', 'localhost', 'ana-2', 'ａｎａ')
  const recordOf = (fingerprint: string): fc.Arbitrary<PeerRecord> =>
    fc.oneof(
      name.map(each => remember(fingerprint, each)),
      name.map(each => rename(fingerprint, each)),
      fc.constant(meet(fingerprint, 'nas')),
      fc.constant(forget(fingerprint)),
    )
  const processes = fc.tuple(...digits.map(digit => fc.array(recordOf(device(digit)), {maxLength: 8})))

  it('comes to the same devices, each process having its own, under names of their own', () => {
    fc.assert(
      fc.property(processes, fc.array(fc.nat({max: 2}), {maxLength: 24}), (queues, order) => {
        const set = fold(...interleave(queues, order))
        const expected = queues
          .filter(queue => fold(...queue).list().length === 1)
          .map(([first]) => fingerprintIn(first))
        expect(new Set(set.list().map(({fingerprint}) => fingerprint))).toEqual(new Set(expected))
        expect(new Set(names(set).map(nickKey)).size).toBe(set.list().length)
        for (const peer of set.list()) {
          expect(isNick(peer.name)).toBe(true)
          expect(set.find(peer.name)).toBe(peer)
        }
      }),
    )
  })
})

function interleave(queues: readonly PeerRecord[][], order: readonly number[]): PeerRecord[] {
  const left = queues.map(queue => [...queue])
  const picked = order.flatMap(index => left[index]?.splice(0, 1) ?? [])
  return [...picked, ...left.flat()]
}

function fingerprintIn(record: PeerRecord | undefined): string {
  return record !== undefined && 'fingerprint' in record ? record.fingerprint : ''
}

describe('a record', () => {
  const good = {type: 'remember', fingerprint: ana, name: 'ana', address, at}

  it('is read as it was written, and keys of later versions are dropped', () => {
    expect(parseRecord(JSON.stringify({...good, later: true}))).toEqual(good)
    expect(parseRecord(JSON.stringify({type: 'forget', fingerprint: ana, at}))).toEqual(forget(ana))
  })

  it.each([
    ['no JSON', '{"type":'],
    ['no object', '7'],
    ['of a kind that there is not', JSON.stringify({...good, type: 'bless'})],
    ['about no fingerprint', JSON.stringify({...good, fingerprint: 'AB'.repeat(32)})],
    ['of a name that is none', JSON.stringify({...good, name: 'an\u001b[31ma'})],
    ['of an address with an escape in it', JSON.stringify({...good, address: {host: 'a\u001b[31m', port: 1}})],
    ['of a port that is none', JSON.stringify({...good, address: {host: 'nas', port: 70_000}})],
    ['of no time', JSON.stringify({...good, at: 'yesterday'})],
  ])('is not read when it is %s', (_, line) => {
    expect(parseRecord(line)).toBeUndefined()
  })
})

describe('the fewest records of the remembered devices', () => {
  const anyDevice = fc.constantFrom(...['a', 'b', 'c', 'd'].map(device))
  const anyName = fc.constantFrom('ana', 'Ana', 'bob', 'b0b', 'аna', 'localhost')
  const anyHost = fc.constantFrom('10.0.0.1', '10.0.0.2', 'nas', 'NAS')
  const anyRecord = fc.oneof(
    fc.tuple(anyDevice, anyName).map(([who, name]) => remember(who, name)),
    fc.tuple(anyDevice, anyName).map(([who, name]) => rename(who, name)),
    fc.tuple(anyDevice, anyHost).map(([who, host]) => meet(who, host)),
    anyDevice.map(forget),
  )

  it('come to the same, whatever has happened', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, {maxLength: 40}), records => {
        const set = fold(...records)
        const again = fold(...set.toRecords())
        expect(again.list()).toEqual(set.list())
        expect(again.forgottenSince(set)).toEqual([])
        for (const host of ['10.0.0.1', '10.0.0.2', 'nas']) {
          const place = {host, port: 5000}
          if (set.lastAt(place)) expect(again.lastAt(place)).toEqual(set.lastAt(place))
        }
        for (const {name} of set.list()) expect(again.find(name)).toEqual(set.find(name))
        expect(set.toRecords().length).toBeLessThanOrEqual(4 * 4)
      }),
    )
  })

  it('tell who was forgotten to whoever has not heard of it', () => {
    const earlier = fold(remember(bob, 'bob'))
    const set = fold(...fold(remember(bob, 'bob'), remember(ana, 'ana'), forget(ana)).toRecords())
    expect(set.forgottenSince(earlier)).toEqual([ana])
    expect(set.forgottenSince(set)).toEqual([])
  })
})
