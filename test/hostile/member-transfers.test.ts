import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {until} from '../helpers/until.js'
import type {Liar} from './liar.js'
import {offer, sha256, transferId} from './offers.js'
import {Scene} from './scene.js'

const transfer = transferId(1)

/** The ends of transfers that a member was told. */
const endings = (liar: Liar): object[] => [...liar.heard('failed'), ...liar.heard('verified'), ...liar.heard('cancel')]

type Sending = [what: string, send: (mallory: Liar) => unknown, told: object[], resets: string[]]

/** A member whose offer of three bytes has been accepted, and who has opened the channel. */
async function beginSending(scene: Scene): Promise<void> {
  const {mallory} = scene
  await scene.seat()
  mallory.say(offer(1))
  await until(() => mallory.heard('accept').length === 1)
  mallory.frame('open', {transfer}, {channel: 1})
}

/** Lets such a member send, once it has credit. */
async function sendTo(send: (mallory: Liar) => unknown): Promise<Scene> {
  const scene = await Scene.open()
  const {mallory} = scene
  await beginSending(scene)
  await until(() => mallory.all('credit').length > 0)
  await send(mallory)
  return scene
}

describe('a member that sends the host', () => {
  const bytes = (mallory: Liar, text: string, offset = 0): Liar =>
    mallory.frame('chunk', text, {channel: 1, number: offset})
  const end = (mallory: Liar, of: string, count = of.length): Liar =>
    mallory.frame('end', {sha256: sha256(of)}, {channel: 1, number: count})
  const failed = (code: string): object[] => [{type: 'failed', transfer, code}]

  const sendings: Sending[] = [
    ['fewer bytes than it declared', m => [bytes(m, 'ab'), end(m, 'ab')], failed('size-mismatch'), []],
    ['more bytes than it declared', m => bytes(m, 'abcd'), failed('size-mismatch'), ['size-mismatch']],
    ['no byte of three', m => end(m, ''), failed('size-mismatch'), []],
    ['bytes of another digest', m => [bytes(m, 'abc'), end(m, 'xyz')], failed('digest-mismatch'), []],
    ['a reset in place of the rest', m => m.frame('reset', {code: 'tired'}, {channel: 1}), [], []],
    ['words in place of the rest', m => m.say({type: 'failed', transfer, code: 'tired'}), [], ['peer-failed']],
    [
      'the news that all has been verified',
      m => [m.say({type: 'verified', transfer}), end(m, '')],
      failed('size-mismatch'),
      [],
    ],
  ]
  it.each(sendings)('%s keeps nothing there, and hears why', async (_, send, told, resets) => {
    const scene = await sendTo(send)
    const {mallory, room} = scene
    await room.host.event('failed')
    await until(() => endings(mallory).length === told.length && mallory.resets.length === resets.length)
    expect(endings(mallory)).toEqual(told)
    expect(mallory.resets).toEqual(resets)
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })

  it.each<[string, (mallory: Liar) => unknown]>([
    ['bytes again', m => [bytes(m, 'ab'), bytes(m, 'ab')]],
    ['bytes behind a gap', m => bytes(m, 'c', 2)],
    ['an end of more than came', m => [bytes(m, 'ab'), end(m, 'abc')]],
    ['a digest that is none', m => m.frame('end', {sha256: 'A'.repeat(64)}, {channel: 1})],
  ])('%s ends its session', async (_, send) => {
    const scene = await sendTo(send)
    await scene.answered({goaway: 'protocol-violation'})
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })

  it('bytes without credit ends its session', async () => {
    const scene = await Scene.open()
    scene.room.host.room.limitBandwidth(1)
    await beginSending(scene)
    bytes(scene.mallory, 'abc')
    await scene.answered({goaway: 'protocol-violation'})
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })

  it('a second channel for the same file keeps the first', async () => {
    const scene = await sendTo(mallory => mallory.frame('open', {transfer}, {channel: 3}))
    const {mallory, room} = scene
    await until(() => mallory.resets.length === 1)
    expect(mallory.all('reset')).toMatchObject([{channel: 3}])
    bytes(mallory, 'abc')
    end(mallory, 'abc')
    // What comes behind the end was on its way, as far as the host can know.
    bytes(mallory, 'def', 3)
    end(mallory, 'abcdef')
    expect(await room.host.event('received')).toMatchObject({bytes: 3, sha256: sha256('abc')})
    await scene.answered('nothing')
    await scene.isUndisturbed()
  })

  it('an offer of more bytes than any disk has is told that at once', async () => {
    const scene = await Scene.open()
    const {mallory, room} = scene
    await scene.seat()
    mallory.say(offer(1, {bytes: Number.MAX_SAFE_INTEGER}))
    expect(await room.host.event('failed')).toMatchObject({code: 'disk-full'})
    await until(() => endings(mallory).length === 1)
    expect(endings(mallory)).toEqual(failed('disk-full'))
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })
})

type Taking = [what: string, take: (mallory: Liar, transfer: string) => unknown, code: string]

describe('a member that is offered a file, and', () => {
  const takings: Taking[] = [
    ['confirms what it has not', (m, transfer) => m.say({type: 'verified', transfer}), 'peer-failed'],
    ['declines for no known reason', (m, transfer) => m.say({type: 'decline', transfer, code: 'meh'}), 'declined'],
    [
      'accepts, then declines',
      (m, transfer) => m.say({type: 'accept', transfer}, {type: 'decline', transfer, code: 'declined'}),
      'declined',
    ],
    [
      'accepts, then confirms',
      (m, transfer) => m.say({type: 'accept', transfer}, {type: 'verified', transfer}),
      'peer-failed',
    ],
    ['fails for no known reason', (m, transfer) => m.say({type: 'failed', transfer, code: 'meh'}), 'peer-failed'],
    [
      'offers the same in return',
      (m, transfer) => m.say({...offer(1), transfer}, {type: 'cancel', transfer}),
      'cancelled',
    ],
    ['resets its channel', reset, 'peer-failed'],
  ]
  it.each(takings)('%s ends only that', async (_, take, code) => {
    const scene = await Scene.open()
    const {mallory, room} = scene
    await scene.seat()
    const path = room.host.write('gift.txt', 'x'.repeat(300_000))
    const {delivered} = await room.host.room.sendFile(path, {to: 'mallory'})
    await until(() => mallory.heard('offer').length === 1)
    await take(mallory, mallory.heard('offer')[0]!['transfer'] as string)
    await expect(delivered).rejects.toMatchObject({code})
    await scene.answered('nothing')
    await scene.isUndisturbed()
    await until(() => room.host.room.transfers().length === 0)
  })

  async function reset(mallory: Liar, transfer: string): Promise<void> {
    mallory.say({type: 'accept', transfer}, {type: 'accept', transfer})
    await until(() => mallory.all('open').length > 0)
    mallory.frame('reset', {code: 'meh'}, {channel: 2})
  }

  it('has kept more of a directory than there is has what there is', async () => {
    const scene = await Scene.open()
    const {mallory, room} = scene
    await scene.seat()
    const path = join(room.host.intake.directory, 'src')
    mkdirSync(path)
    writeFileSync(join(path, 'a'), 'abc')
    const {delivered} = await room.host.room.sendFile(path, {to: 'mallory'})
    await until(() => mallory.heard('offer').length === 1)
    const transfer = mallory.heard('offer')[0]!['transfer']
    mallory.say({type: 'accept', transfer})
    await until(() => mallory.all('open').length === 1)
    mallory.frame('credit', '', {channel: 2, number: 2 ** 20})
    await until(() => mallory.all('end').length === 1)
    mallory.say({type: 'verified', transfer, kept: {bytes: 2 ** 40, files: 9}})
    await expect(delivered).resolves.toMatchObject({bytes: 3, files: 1})
    await scene.answered('nothing')
  })

  it('grants all the credit in the world has the file, and no more', async () => {
    const scene = await Scene.open()
    const {mallory, room} = scene
    await scene.seat()
    const {delivered} = await room.host.room.sendFile(room.host.write('gift.txt', 'x'.repeat(300_000)), {to: 'mallory'})
    await until(() => mallory.heard('offer').length === 1)
    const transfer = mallory.heard('offer')[0]!['transfer']
    mallory.say({type: 'accept', transfer})
    await until(() => mallory.all('open').length === 1)
    mallory.frame('credit', '', {channel: 2, number: 2 ** 48 - 1})
    mallory.frame('credit', '', {channel: 2, number: 1})
    await until(() => mallory.all('end').length === 1)
    const kept = {bytes: 2 ** 40, files: 9}
    mallory.say(
      {type: 'verified', transfer, kept},
      {type: 'verified', transfer},
      {type: 'failed', transfer, code: 'meh'},
    )
    await expect(delivered).resolves.toMatchObject({bytes: 300_000, files: 1})
    await scene.answered('nothing')
  })
})

describe('a member that meddles with the file of another', () => {
  it.each<[string, (mallory: Liar) => unknown]>([
    ['by cancelling it', m => m.say({type: 'cancel', transfer})],
    ['by failing it', m => m.say({type: 'failed', transfer, code: 'meh'})],
    ['by declining it', m => m.say({type: 'decline', transfer, code: 'declined'})],
    ['by accepting it', m => m.say({type: 'accept', transfer})],
    ['by offering its own under the same id', m => m.say(offer(1))],
    ['by opening a channel for it', m => m.frame('open', {transfer}, {channel: 1})],
  ])('%s changes nothing of it', async (_, meddle) => {
    const scene = await Scene.open()
    const {mallory, ben, room} = scene
    room.host.intake.accept = 'ask'
    await scene.seat()
    ben.say(offer(1))
    await room.host.event('offer')
    await meddle(mallory)
    await scene.answered('nothing')
    const [first] = room.host.room.offers()
    expect(first).toMatchObject({from: {nick: 'ben'}})
    room.host.room.accept(first!.transfer)
    await until(() => ben.heard('accept').length === 1)
    ben.frame('open', {transfer}, {channel: 1})
    await until(() => ben.all('credit').length > 0)
  })
})
