import {createHash, randomBytes} from 'node:crypto'
import {appendFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync} from 'node:fs'
import {devNull} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import type {FileMessage} from '../../src/protocol/messages.js'
import {offerLifetimeMs} from '../../src/transfer/incoming.js'
import {PartFile} from '../../src/transfer/part/part-file.js'
import {maxInspections, maxOffers, maxUnfinished} from '../../src/transfer/limits.js'
import {openFilesOf} from '../helpers/open-files.js'
import {eventLoopTurns, until} from '../helpers/until.js'
import {failureOf, joinDesks, meetPeer, type DeskEnd} from '../helpers/transfer-pair.js'

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')
const idOf = (digit: string) => digit.repeat(32)
// Only Linux lists what a process has open.
const openFiles = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0)
const nothingKept = (end: DeskEnd) => expect(end.files.filter(name => name !== 'a.bin')).toEqual([])

afterEach(() => vi.restoreAllMocks())

describe('a file from one desk to the other', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 5 * 1024 * 1024 + 3])('arrives whole: %i bytes', async length => {
    const {host, member} = joinDesks()
    const bytes = randomBytes(length)
    const digest = sha256(bytes)
    const offered = await member.desk.offer(member.write('a.bin', bytes))
    expect(await offered.delivered).toMatchObject({name: 'a.bin', bytes: length, sha256: digest})
    expect(readFileSync(join(host.directory, 'new_a.bin')).equals(bytes)).toBe(true)
    expect(host.files).toEqual(['new_a.bin'])
    expect(host.happened).toEqual(['offer', 'received'])
    expect(host.events[0]).toMatchObject({
      ...{transfer: 1, from: {id: 2, nick: 'ana'}, name: 'a.bin', bytes: length, files: 1},
      mediaType: 'application/octet-stream',
    })
    const path = join(host.directory, 'new_a.bin')
    expect(host.events[1]).toMatchObject({transfer: 1, name: 'a.bin', path, bytes: length, sha256: digest})
    expect(member.events).toMatchObject([{event: 'sent', transfer: 1, name: 'a.bin', sha256: digest, resumedFrom: 0}])
  })

  it.each([
    [true, true, 'received'],
    [true, false, 'declined'],
    [false, true, 'declined'],
  ])('is taken at once where known devices may (%j) and the other one is known (%j): %s', async (...row) => {
    const [acceptKnown, isPeerKnown, end] = row
    const {host, member} = joinDesks()
    Object.assign(host.intake, {accept: 'none', acceptKnown})
    host.isPeerKnown = isPeerKnown
    const offered = await member.desk.offer(member.write('a.bin', 'a'))
    await Promise.allSettled([offered.delivered])
    expect(host.happened.at(-1)).toBe(end)
  })

  it('arrives with the same digest whatever the bytes and however the way splits them', async () => {
    const arbitraryBytes = fc.uint8Array({maxLength: 300_000, size: 'max'})
    await fc.assert(
      fc.asyncProperty(
        arbitraryBytes,
        fc.array(fc.integer({min: 300, max: 40_000}), {minLength: 1}),
        async (array, cuts) => {
          const {host, member} = joinDesks(bytes => splitBy(bytes, cuts))
          const bytes = Buffer.from(array)
          const offered = await member.desk.offer(member.write('a.bin', bytes))
          expect((await offered.delivered).sha256).toBe(sha256(bytes))
          expect(readFileSync(join(host.directory, 'new_a.bin')).equals(bytes)).toBe(true)
        },
      ),
      {numRuns: 15},
    )
  })

  it('goes either way at once, several at a time', async () => {
    const {host, member} = joinDesks()
    const contents = Array.from({length: 12}, (_, index) => randomBytes(index * 50_000))
    const offers = contents.map((bytes, index) => {
      const from = index % 2 === 0 ? host : member
      return from.desk.offer(from.write(`${index}.bin`, bytes))
    })
    const delivered = await Promise.all(offers.map(async offer => (await offer).delivered))
    expect(delivered.map(end => end.sha256)).toEqual(contents.map(sha256))
    expect(host.files.filter(name => name.startsWith('new_'))).toHaveLength(6)
    expect(member.files.filter(name => name.startsWith('new_'))).toHaveLength(6)
  })

  it('is one of a thousand: all arrive, and few are open at a time', async () => {
    const {host, member} = joinDesks()
    const names = Array.from({length: 1000}, (_, index) => `${index}.txt`)
    let mostOpen = 0
    let left = names.length
    const all = names.map(async name => {
      const offered = await member.desk.offer(member.write(name, name))
      await offered.delivered
      left--
    })
    await until(() => {
      mostOpen = Math.max(mostOpen, openFilesOf(member.directory))
      return left === 0
    })
    await Promise.all(all)
    expect(mostOpen).toBeLessThanOrEqual(maxOffers + maxInspections)
    expect(host.files).toEqual(names.map(name => `new_${name}`).sort())
  })

  it('never replaces a file: the next free name is taken', async () => {
    const {host, member} = joinDesks()
    const path = member.write('a.tar.gz', 'second')
    host.write('new_a.tar.gz', 'first')
    await (
      await member.desk.offer(path)
    ).delivered
    await (
      await member.desk.offer(path)
    ).delivered
    expect(host.files).toEqual(['new_a (2).tar.gz', 'new_a (3).tar.gz', 'new_a.tar.gz'])
    expect(readFileSync(join(host.directory, 'new_a.tar.gz'), 'utf8')).toBe('first')
  })

  it('may go between two ends that share a directory', async () => {
    const {host, member} = joinDesks()
    host.intake.directory = member.intake.directory
    const path = member.write('a.bin', 'same place')
    const back = await host.desk.offer(path)
    await Promise.all([(await member.desk.offer(path)).delivered, back.delivered])
    expect(member.files).toEqual(['a.bin', 'new_a (2).bin', 'new_a.bin'])
  })

  it('leaves no file open and no timer behind, delivered or not', async () => {
    const before = openFiles()
    const {host, member} = joinDesks()
    const path = member.write('a.bin', randomBytes(200_000))
    await (
      await member.desk.offer(path)
    ).delivered
    host.intake.accept = 'none'
    await failureOf((await member.desk.offer(path)).delivered)
    host.intake.accept = 'all'
    host.intake.directory = join(path, 'is no directory')
    await failureOf((await member.desk.offer(path)).delivered)
    await Promise.all([host.desk.idle(), member.desk.idle()])
    expect(openFiles()).toBe(before)
    expect(host.files).toEqual(['new_a.bin'])
  })

  it('is offered under another name, and no device is', async () => {
    const {host, member} = joinDesks()
    await (
      await member.desk.offer(member.write('a.bin', 'x'), {name: 'b.txt'})
    ).delivered
    expect(host.files).toEqual(['new_b.txt'])
    expect(host.events[0]).toMatchObject({name: 'b.txt', mediaType: 'text/plain'})
    expect(await failureOf(member.desk.offer(join(member.directory, 'missing')))).toMatchObject({code: 'no-such-file'})
    expect(await failureOf(member.desk.offer(devNull))).toMatchObject({code: 'not-a-file'})
    expect(member.desk.isIdle).toBe(true)
  })

  it('tells how far it is five times a second at most', async () => {
    const {host, member} = joinDesks(bytes => {
      host.clock.advance(10)
      return [bytes]
    })
    await (
      await member.desk.offer(member.write('a.bin', randomBytes(8_000_000)))
    ).delivered
    const reports = host.events.filter(event => event.event === 'progress')
    expect(reports.length).toBeGreaterThan(0)
    expect(reports.length).toBeLessThanOrEqual(host.clock.now() / 200)
    expect(reports[0]).toMatchObject({transfer: 1, direction: 'receive', total: 8_000_000})
    expect(reports.every(({bytes, rate}) => bytes > 0 && rate > 0)).toBe(true)
  })
})

describe('an offer', () => {
  function askingHost() {
    const pair = joinDesks()
    pair.host.intake.accept = 'ask'
    return pair
  }

  it('waits for an answer from here, and is taken', async () => {
    const {host, member} = askingHost()
    const offered = await member.desk.offer(member.write('report.pdf', 'x'))
    await until(() => host.desk.offers().length === 1)
    expect(host.desk.offers()).toMatchObject([{transfer: 1, name: 'report.pdf', mediaType: 'application/pdf'}])
    const described = {transfer: 1, name: 'report.pdf', bytes: 1, moved: 0, rate: 0, state: 'offered'}
    expect(host.desk.transfers()).toEqual([{...described, direction: 'receive', peer: {id: 2, nick: 'ana'}}])
    expect(member.desk.transfers()).toEqual([{...described, direction: 'send', peer: {id: 1, nick: 'bob'}}])
    expect([host.desk.isIdle, member.desk.isIdle]).toEqual([true, false])
    expect(host.desk.has(1)).toBe(true)
    host.desk.accept(1)
    expect(host.desk.offers()).toEqual([])
    expect(host.desk.isIdle).toBe(false)
    await offered.delivered
    await host.desk.idle()
    expect(host.files).toEqual(['new_report.pdf'])
    expect(host.desk.has(1)).toBe(false)
  })

  it('is taken under another name, without the prefix', async () => {
    const {host, member} = askingHost()
    const offered = await member.desk.offer(member.write('a.bin', 'x'))
    await until(() => host.desk.offers().length === 1)
    expect(() => host.desk.accept(1, '../b.bin')).toThrow(expect.objectContaining({code: 'unsafe-name'}))
    host.desk.accept(1, 'mine.bin')
    await offered.delivered
    expect(host.files).toEqual(['mine.bin'])
  })

  it('is turned down, and both ends hear it', async () => {
    const {host, member} = askingHost()
    const offered = await member.desk.offer(member.write('a.bin', 'x'))
    await until(() => host.desk.offers().length === 1)
    host.desk.decline(1)
    expect(() => host.desk.decline(1)).toThrow(expect.objectContaining({code: 'unknown-transfer'}))
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'declined', exitCode: 5})
    expect(host.events.at(-1)).toMatchObject({
      event: 'declined',
      transfer: 1,
      name: 'a.bin',
      code: 'declined',
      by: 'self',
    })
    expect(member.events).toMatchObject([{event: 'declined', transfer: 1, name: 'a.bin', by: 'peer'}])
  })

  it('is turned down at once where no files are taken', async () => {
    const {host, member} = askingHost()
    host.intake.accept = 'none'
    const offered = await member.desk.offer(member.write('a.bin', 'x'))
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'declined'})
    expect(host.happened).toEqual(['offer', 'declined'])
    expect(host.events[0]).toMatchObject({event: 'offer', taken: false})
    nothingKept(host)
  })

  it('expires after ten minutes without an answer', async () => {
    const {host, member} = askingHost()
    const offered = await member.desk.offer(member.write('a.bin', 'x'))
    await until(() => host.desk.offers().length === 1)
    // Half an hour without a ping would end the connection first.
    member.clock.now = () => host.clock.now()
    for (let ms = 0; ms < offerLifetimeMs - 1000; ms += 1000) {
      host.clock.advance(1000)
      await eventLoopTurns(1)
    }
    expect(host.desk.offers()).toHaveLength(1)
    host.clock.advance(1000)
    expect(host.desk.offers()).toEqual([])
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'no-answer', exitCode: 5})
    expect(host.events.at(-1)).toMatchObject({event: 'declined', code: 'no-answer'})
  })

  it('waits at its sender while the receiver has as many as it keeps', async () => {
    const {host, member} = askingHost()
    const path = member.write('a.bin', 'x')
    const offers = Array.from({length: maxOffers + 3}, () => member.desk.offer(path))
    await Promise.all(offers.slice(0, maxOffers))
    await eventLoopTurns(20)
    expect(host.desk.offers()).toHaveLength(maxOffers)
    for (const {transfer} of host.desk.offers()) host.desk.accept(transfer)
    await until(() => host.desk.offers().length === 3)
    for (const {transfer} of host.desk.offers()) host.desk.accept(transfer)
    await Promise.all(offers.map(async offer => (await offer).delivered))
    expect(host.files).toHaveLength(maxOffers + 3)
  })

  it('is withdrawn by its sender', async () => {
    const {host, member} = askingHost()
    const offered = await member.desk.offer(member.write('a.bin', 'x'))
    await until(() => host.desk.offers().length === 1)
    member.desk.cancel(offered.transfer)
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'cancelled'})
    await until(() => host.desk.offers().length === 0)
    await until(() => host.happened.includes('cancelled'))
    expect(() => member.desk.cancel(99)).toThrow(expect.objectContaining({code: 'unknown-transfer'}))
  })

  it.each(['../../etc/passwd', '..', 'a\u202efdp.exe', 'C:\\evil', 'a\u0000b'])(
    'of an unsafe name is refused: %j',
    async name => {
      const {host, member} = joinDesks()
      const offered = await member.desk.offer(member.write('a.bin', 'x'), {name})
      expect(await failureOf(offered.delivered)).toMatchObject({code: 'unsafe-name', exitCode: 6})
      expect(member.events).toMatchObject([{event: 'declined', code: 'unsafe-name'}])
      expect(host.events.at(-1)).toMatchObject({event: 'declined', code: 'unsafe-name'})
      expect(host.files).toEqual([])
    },
  )

  it('of an unsafe name never waits for an answer', async () => {
    const {host, member} = askingHost()
    const offered = await member.desk.offer(member.write('a.bin', 'x'), {name: '../a.bin'})
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'unsafe-name'})
    expect(host.desk.offers()).toEqual([])
  })

  it('whose name cannot stand here says what becomes of it', async () => {
    const {host, member} = joinDesks()
    host.intake.prefix = ''
    await (
      await member.desk.offer(member.write('a.bin', 'x'), {name: '.profile'})
    ).delivered
    expect(host.files).toEqual(['_.profile'])
    expect(host.events).toContainEqual(expect.objectContaining({event: 'notice', code: 'name-altered'}))
  })
})

describe('a transfer that fails', () => {
  it('ends both sides when the disk cannot be written, and the sender learns why', async () => {
    const {host, member} = joinDesks()
    host.intake.directory = host.write('not-a-directory', '')
    const offered = await member.desk.offer(member.write('a.bin', 'x'))
    const failure = await failureOf(offered.delivered)
    expect(failure).toMatchObject({code: 'peer-failed', exitCode: 6})
    expect(failure.message).toContain('not-writable')
    expect(host.events.at(-1)).toMatchObject({event: 'failed', code: 'not-writable'})
  })

  it('at the disk takes no place from the next ones while it is cleared away', async () => {
    const {host, member} = joinDesks()
    host.intake.accept = 'ask'
    let clear: () => void = () => undefined
    const cleared = new Promise<void>(resolve => (clear = resolve))
    const discard: (this: PartFile) => Promise<void> = Reflect.get(PartFile.prototype, 'discard')
    vi.spyOn(PartFile.prototype, 'discard').mockImplementation(async function (this: PartFile) {
      await cleared
      return discard.call(this)
    })
    const full = new ChatctlError('disk-full', 'the disk is full')
    const write = vi.spyOn(PartFile.prototype, 'write').mockRejectedValue(full)
    const path = member.write('a.bin', 'x')
    const offers = Array.from({length: maxOffers + 5}, async () => (await member.desk.offer(path)).delivered)
    const ends = Promise.allSettled(offers)
    await until(() => host.desk.offers().length === maxOffers)
    for (let number = 1; number <= 5; number++) host.desk.accept(number)
    await until(() => host.desk.offers().length === maxOffers)
    write.mockRestore()
    for (const {transfer} of host.desk.offers()) host.desk.accept(transfer)
    clear()
    const codes = (await ends).map(end => (end.status === 'rejected' ? (end.reason as ChatctlError).code : 'delivered'))
    // Which five came first is up to the disk.
    expect(codes.sort()).toEqual(codes.map((_, index) => (index < maxOffers ? 'delivered' : 'peer-failed')))
  })

  it('ends when the source changed before it was accepted', async () => {
    const {host, member} = joinDesks()
    host.intake.accept = 'ask'
    const path = member.write('a.bin', 'as offered')
    const offered = await member.desk.offer(path)
    await until(() => host.desk.offers().length === 1)
    appendFileSync(path, ', and more')
    host.desk.accept(1)
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'source-changed'})
    await host.desk.idle()
    expect(host.events.at(-1)).toMatchObject({event: 'failed', code: 'source-changed'})
    nothingKept(host)
  })

  it('ends when the source is gone before it was accepted', async () => {
    const {host, member} = joinDesks()
    host.intake.accept = 'ask'
    const path = member.write('a.bin', 'as offered')
    const offered = await member.desk.offer(path)
    await until(() => host.desk.offers().length === 1)
    rmSync(path)
    host.desk.accept(1)
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'source-changed', exitCode: 6})
    await host.desk.idle()
    nothingKept(host)
  })

  it.each([
    ['shorter', (path: string) => truncateSync(path, 600_000)],
    ['longer', (path: string) => appendFileSync(path, 'more')],
  ])('ends when the source becomes %s under way', async (_what, change) => {
    const {host, peer} = meetPeer()
    const path = host.write('a.bin', randomBytes(3_000_000))
    const offered = await host.desk.offer(path)
    await peer.until(() => peer.messages.length === 1)
    const {transfer} = peer.messages[0] as FileMessage
    peer.session.send({type: 'accept', transfer})
    await peer.until(() => peer.channels.length === 1)
    const [channel] = peer.channels
    const held: Buffer[] = []
    let ending = ''
    const sink = {
      bytes: (piece: Buffer) => void held.push(piece),
      end: () => (ending = 'end'),
      failed: (error: ChatctlError) => (ending = error.message),
    }
    channel!.receive(sink)
    await until(() => held.length > 0)
    change(path)
    const release = () => channel!.release(held.splice(0).reduce((sum, {length}) => sum + length, 0))
    await until(() => {
      release()
      return ending !== ''
    })
    expect(ending).toContain('source-changed')
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'source-changed'})
  })

  it('ends both sides cleanly when the connection is lost, and keeps no part', async () => {
    const before = openFiles()
    let bytesMoved = 0
    const {host, member, cut} = joinDesks(bytes => {
      bytesMoved += bytes.length
      if (bytesMoved > 1_000_000) queueMicrotask(cut)
      return [bytes]
    })
    const offered = await member.desk.offer(member.write('a.bin', randomBytes(5_000_000)))
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'connection-lost', exitCode: 6})
    await Promise.all([host.desk.idle(), member.desk.idle()])
    expect(host.happened).toEqual(['offer', 'failed'])
    expect(host.events.at(-1)).toMatchObject({code: 'connection-lost'})
    nothingKept(host)
    expect(openFiles()).toBe(before)
  })

  it('is cancelled by either side under way', async () => {
    for (const canceller of ['host', 'member'] as const) {
      let bytesMoved = 0
      const pair = joinDesks(bytes => {
        bytesMoved += bytes.length
        if (bytesMoved > 1_000_000) queueMicrotask(() => pair[canceller].desk.has(1) && pair[canceller].desk.cancel(1))
        return [bytes]
      })
      const offered = await pair.member.desk.offer(pair.member.write('a.bin', randomBytes(5_000_000)))
      expect(await failureOf(offered.delivered)).toMatchObject({code: 'cancelled'})
      await pair.host.desk.idle()
      expect(pair.host.happened).toEqual(['offer', 'cancelled'])
      expect(pair.member.happened).toEqual(['cancelled'])
      nothingKept(pair.host)
    }
  })

  it('ends with the desk, and a closed desk offers nothing more', async () => {
    const {host, member} = joinDesks()
    host.intake.accept = 'ask'
    const path = member.write('a.bin', 'x')
    const offered = await member.desk.offer(path)
    await until(() => host.desk.offers().length === 1)
    const lost = new ChatctlError('connection-lost', 'the connection was lost')
    await Promise.all([host.desk.close(lost), member.desk.close(lost)])
    expect(await failureOf(offered.delivered)).toBe(lost)
    expect(await failureOf(member.desk.offer(path))).toBe(lost)
    expect(host.events.at(-1)).toMatchObject({event: 'failed', code: 'connection-lost'})
    expect([host.desk.isIdle, member.desk.isIdle, host.desk.offers().length]).toEqual([true, true, 0])
  })
})

describe('a peer that breaks the rules', () => {
  const numbered = (index: number) => index.toString(16).padStart(32, '0')

  function offerOf(transfer: string, bytes: number | null): FileMessage & {type: 'offer'} {
    return {type: 'offer', transfer, name: 'a.bin', bytes, files: 1, mediaType: 'application/octet-stream'}
  }

  function offerTo(peer: ReturnType<typeof meetPeer>['peer'], transfer: string, bytes: number | null) {
    peer.session.send(offerOf(transfer, bytes))
  }

  async function deliver(declared: number | null, bytes: Buffer, digest: string) {
    const {host, peer} = meetPeer()
    offerTo(peer, idOf('a'), declared)
    await peer.until(() => peer.messages.some(({type}) => type === 'accept'))
    const channel = peer.session.openChannel({transfer: idOf('a')})
    const sent = channel.write(bytes).then(() => channel.end({sha256: digest}))
    await Promise.all([host.desk.idle(), sent.catch(() => undefined)])
    return {host, peer}
  }

  it('may leave the size open', async () => {
    const {host} = await deliver(null, Buffer.from('abc'), sha256('abc'))
    expect(host.events.at(-1)).toMatchObject({event: 'received', bytes: 3})
    expect(host.files).toEqual(['new_a.bin'])
  })

  it.each([
    ['another digest', 3, 'abc', sha256('abd'), 'digest-mismatch'],
    ['less than declared', 4, 'abc', sha256('abc'), 'size-mismatch'],
    ['more than declared', 2, 'abc', sha256('abc'), 'size-mismatch'],
    ['bytes of an empty file', 0, 'abc', sha256('abc'), 'size-mismatch'],
  ])('sends %s: nothing is kept, and it is told', async (_what, declared, bytes, digest, code) => {
    const {host, peer} = await deliver(declared, Buffer.from(bytes), digest)
    expect(host.events.at(-1)).toMatchObject({event: 'failed', transfer: 1, code})
    nothingKept(host)
    await peer.until(() => peer.messages.some(({type}) => type === 'failed'))
    expect(peer.messages.at(-1)).toMatchObject({type: 'failed', code})
  })

  it('never has more written than it declared', async () => {
    const {host} = await deliver(70_000, randomBytes(2_000_000), sha256(''))
    expect(host.events.at(-1)).toMatchObject({code: 'size-mismatch'})
    nothingKept(host)
  })

  it('opens channels that are not due: they are reset, and the room goes on', async () => {
    const {host, peer} = meetPeer()
    host.intake.accept = 'ask'
    offerTo(peer, idOf('a'), 3)
    await until(() => host.desk.offers().length === 1)
    const early = peer.session.openChannel({transfer: idOf('a')})
    const unknown = peer.session.openChannel({transfer: idOf('b')})
    expect((await failureOf(early.write(Buffer.from('abc')))).message).toContain('unknown-transfer')
    expect((await failureOf(unknown.write(Buffer.from('abc')))).message).toContain('unknown-transfer')
    expect(host.desk.offers()).toHaveLength(1)
    expect(host.session.isAttached).toBe(true)
  })

  it('offers more than is kept for it, or one id twice: declined without a word here', async () => {
    const {host, peer} = meetPeer()
    host.intake.accept = 'ask'
    for (let index = 0; index < maxOffers + 2; index++) offerTo(peer, numbered(index), 1)
    await peer.until(() => peer.messages.length === 2)
    expect(peer.messages).toMatchObject([
      {type: 'decline', transfer: numbered(maxOffers), code: 'too-many'},
      {type: 'decline', code: 'too-many'},
    ])
    expect(host.desk.offers()).toHaveLength(maxOffers)
    host.desk.decline(1)
    offerTo(peer, numbered(1), 1)
    await peer.until(() => peer.messages.length === 4)
    expect(host.desk.offers()).toHaveLength(maxOffers - 1)
  })

  it('offers and cancels without end: what is not cleared away yet counts', async () => {
    const {host, peer} = meetPeer()
    const pairs = 3 * maxUnfinished
    let mostKept = 0
    for (let index = 0; index < pairs; index++) {
      host.desk.handle(offerOf(numbered(index), 1))
      // The part file is asked for by now; no answer of the disk can have come.
      for (let turn = 0; turn < 10; turn++) await Promise.resolve()
      host.desk.handle({type: 'cancel', transfer: numbered(index)})
    }
    expect(host.happened.filter(event => event === 'offer')).toHaveLength(maxUnfinished)
    await until(() => {
      mostKept = Math.max(mostKept, host.files.length)
      return host.desk.isIdle
    })
    expect(mostKept).toBeLessThanOrEqual(maxUnfinished)
    await peer.until(() => peer.messages.length === pairs - maxUnfinished)
    expect(new Set(peer.messages.map(message => 'code' in message && message.code))).toEqual(new Set(['too-many']))
    nothingKept(host)
  })

  it('cancels in one breath with its offer: no part file is begun', async () => {
    const {host} = meetPeer()
    const create = vi.spyOn(PartFile, 'create')
    host.desk.handle(offerOf(idOf('a'), 1))
    host.desk.handle({type: 'cancel', transfer: idOf('a')})
    await host.desk.idle()
    expect(host.happened).toEqual(['offer', 'cancelled'])
    expect(create).not.toHaveBeenCalled()
  })

  it('gives reasons that every object has: they are words like others', async () => {
    const {host, peer} = meetPeer()
    const path = host.write('a.bin', 'x')
    const [failing, resetting] = [await host.desk.offer(path), await host.desk.offer(path)]
    await peer.until(() => peer.messages.length === 2)
    const [failed, reset] = peer.messages as FileMessage[]
    peer.session.send({type: 'failed', transfer: failed!.transfer, code: 'constructor'})
    expect(await failureOf(failing.delivered)).toMatchObject({code: 'peer-failed'})
    peer.session.send({type: 'accept', transfer: reset!.transfer})
    await peer.until(() => peer.channels.length === 1)
    peer.channels[0]!.reset('constructor')
    expect(await failureOf(resetting.delivered)).toMatchObject({code: 'peer-failed'})
    expect(host.session.isAttached).toBe(true)
  })

  it('confirms a file before it can have it: that is no delivery', async () => {
    const {host, peer} = meetPeer()
    const offered = await host.desk.offer(host.write('a.bin', 'x'))
    await peer.until(() => peer.messages.length === 1)
    const {transfer} = peer.messages[0] as FileMessage
    peer.session.send({type: 'verified', transfer})
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'peer-failed'})
    expect(host.events.at(-1)).toMatchObject({event: 'failed'})
  })

  it('declines with a word of its own: that is shown as a refusal', async () => {
    const {host, peer} = meetPeer()
    const offered = await host.desk.offer(host.write('a.bin', 'x'))
    await peer.until(() => peer.messages.length === 1)
    peer.session.send({type: 'decline', transfer: (peer.messages[0] as FileMessage).transfer, code: 'on-fire'})
    expect((await failureOf(offered.delivered)).message).toContain('on-fire')
  })

  it('speaks of transfers that are not there: nothing happens', async () => {
    const {host, peer} = meetPeer()
    for (const type of ['accept', 'verified', 'cancel'] as const) peer.session.send({type, transfer: idOf('c')})
    for (const type of ['failed', 'decline'] as const) peer.session.send({type, transfer: idOf('c'), code: 'x'})
    await until(() => host.session.lastSeen === 5)
    expect(host.events).toEqual([])
    expect(host.session.isAttached).toBe(true)
  })
})

function splitBy(bytes: Buffer, lengths: number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const length = lengths[turn % lengths.length]!
    pieces.push(bytes.subarray(start, start + length))
    start += length
  }
  return pieces
}
