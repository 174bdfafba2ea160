import {createHash, randomBytes} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished, vi} from 'vitest'
import type {HostConversation} from '../../src/host-conversation.js'
import type {Membership} from '../../src/membership.js'
import {PartFile} from '../../src/transfer/part/part-file.js'
import {RoomInMemory, type Participant} from '../helpers/room-in-memory.js'
import {until} from '../helpers/until.js'

type Someone = Participant<Membership | HostConversation>

const fileBytes = 3_000_000
const atOnce = 6

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

async function meet() {
  const room = new RoomInMemory()
  const ana = await room.member('ana')
  return {bob: room.host, ana}
}

/** Offers six files, each with bytes of its own; says what should come of them, and resolves with what does. */
async function sendSix(from: Someone, to: string) {
  const files = Array.from({length: atOnce}, (_, index) => {
    const bytes = randomBytes(fileBytes)
    return {name: `${from.room.me.nick}-${index}.bin`, bytes, sha256: digestOf(bytes)}
  })
  const offered = await Promise.all(files.map(({name, bytes}) => from.room.sendFile(from.write(name, bytes), {to})))
  return {files, delivered: Promise.all(offered.map(({delivered}) => delivered))}
}

describe('six files each way at once', () => {
  it('arrive, each with its own digest, while both ends talk', async () => {
    const {bob, ana} = await meet()
    const ways = [
      {...(await sendSix(ana, 'bob')), to: bob},
      {...(await sendSix(bob, 'ana')), to: ana},
    ]
    for (let line = 0; line < 20; line++)
      await Promise.all([ana.room.say(`from ana ${line}`), bob.room.say(`from bob ${line}`)])
    for (const {files, delivered, to} of ways) {
      expect((await delivered).map(({sha256}) => sha256)).toEqual(files.map(({sha256}) => sha256))
      for (const {name, sha256} of files)
        expect(digestOf(readFileSync(join(to.intake.directory, `new_${name}`)))).toBe(sha256)
      const heard = to.events.flatMap(event => (event.event === 'message' && !event.self ? [event.text] : []))
      expect(heard).toEqual(Array.from({length: 20}, (_, line) => `from ${to === ana ? 'bob' : 'ana'} ${line}`))
    }
  })

  it('are all past their half when the first is over', async () => {
    const {bob, ana} = await meet()
    const ways = [await sendSix(ana, 'bob'), await sendSix(bob, 'ana')]
    await Promise.race([bob.event('received'), ana.event('received')])
    for (const {moved} of bob.room.transfers()) expect(moved).toBeGreaterThan(0.5 * fileBytes)
    await Promise.all(ways.map(({delivered}) => delivered))
  })
})

describe('a receiver whose disk stands still for one file', () => {
  it('has all the others, and hears what is said', async () => {
    const {bob, ana} = await meet()
    const {write} = PartFile.prototype as {write: PartFile['write']}
    let goOn: () => void = () => undefined
    const stuck = new Promise<void>(resolve => (goOn = resolve))
    const held = new Set<PartFile>()
    const spy = vi.spyOn(PartFile.prototype, 'write').mockImplementation(async function (this: PartFile, pieces) {
      if (held.size === 0) held.add(this)
      if (held.has(this)) await stuck
      return write.call(this, pieces)
    })
    onTestFinished(() => spy.mockRestore())
    const {delivered} = await sendSix(ana, 'bob')
    await until(() => bob.events.filter(({event}) => event === 'received').length === atOnce - 1)
    await ana.room.say('all but one')
    expect(await bob.event('message')).toMatchObject({text: 'all but one'})
    expect(bob.room.transfers()).toMatchObject([{moved: 0, bytes: fileBytes}])
    goOn()
    await delivered
  })
})
