import {execFile} from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import fc from 'fast-check'
import {describe, expect, it, onTestFinished, vi} from 'vitest'
import {loadKnownPeers, type KnownPeers} from '../../src/security/known-peers.js'
import {JournalFiles} from '../../src/security/journal-files.js'
import {parseJournal} from '../../src/security/journal-reading.js'
import {PeerJournal, type PeerJournalReading} from '../../src/security/peer-journal.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {until} from '../helpers/until.js'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
const isWindows = process.platform === 'win32'

const device = (digit: string): string => digit.repeat(64)
const [ana, bob, eve] = [device('a'), device('b'), device('e')]
const address = {host: '192.168.1.5', port: 5000}

const newHome = (): string => join(temporaryDirectory(), 'home')
const journalIn = (home: string): string => join(home, 'peers.jsonl')
const linesIn = (home: string): string[] =>
  readFileSync(journalIn(home), 'utf8')
    .split('\n')
    .filter(line => line !== '')
const asideIn = (home: string): string[] => readdirSync(home).filter(name => name.includes('.damaged-'))
const namesOf = (peers: KnownPeers): string[] => peers.list().map(({name}) => name)
const namesIn = async (home: string): Promise<string[]> => namesOf(await loadKnownPeers(home))

describe('a remembered device', () => {
  it('is remembered by every process from then on, with its name and where it was met', async () => {
    const home = newHome()
    const {peer, isNew} = await (await loadKnownPeers(home)).remember(bob, {name: 'bob', address})
    expect({peer, isNew}).toMatchObject({peer: {name: 'bob', fingerprint: bob, address}, isNew: true})
    const peers = await loadKnownPeers(home)
    expect(peers.list()).toEqual([peer])
    expect(peers.has(bob)).toBe(true)
    expect(peers.has(ana)).toBe(false)
  })

  it('keeps its name when it is remembered again, and that is not new', async () => {
    const peers = await loadKnownPeers(newHome())
    await peers.remember(bob, {name: 'bob'})
    expect(await peers.remember(bob, {name: 'eve'})).toMatchObject({peer: {name: 'bob'}, isNew: false})
  })

  it('gets a free name, and one at all when what it calls itself is none', async () => {
    const peers = await loadKnownPeers(newHome())
    await peers.remember(ana, {name: 'ana'})
    await peers.remember(bob, {name: 'Ana'})
    await peers.remember(eve, {name: 'e\u001b[31mve'})
    expect(namesOf(peers)).toEqual(['ana', 'Ana-2', 'device'])
  })

  it.each([
    ['nas.lan', 'nas-lan'],
    ['192.168.1.5', '192-168-1-5'],
    ['--force', '_-force'],
    ['.-', '_-'],
    ['j.doe.', 'j-doe-'],
  ])('called %s is never taken for an address or a flag: it is %s here', async (nick, name) => {
    const peers = await loadKnownPeers(newHome())
    expect(await peers.remember(bob, {name: nick})).toMatchObject({peer: {name}})
    await expect(peers.add(ana, nick)).rejects.toMatchObject({
      code: 'bad-argument',
      suggestions: [expect.stringContaining(name)],
    })
  })

  it('that an earlier version has remembered under such a name is not lost, and has one that can be used', async () => {
    const home = temporaryDirectory()
    const at = new Date().toISOString()
    const record = (type: string, fingerprint: string, name: string): string =>
      JSON.stringify({type, fingerprint, name, at})
    const records = [record('remember', ana, 'nas.lan'), record('remember', bob, 'bob'), record('rename', bob, '-nas')]
    writeFileSync(journalIn(home), records.join('\n'))
    const peers = await loadKnownPeers(home)
    expect([namesOf(peers), peers.takeDamage()]).toEqual([['nas-lan', '_nas'], undefined])
    expect(await peers.forget('nas-lan')).toMatchObject({fingerprint: ana})
  })

  it('keeps the name with a number even when the line of the other one is lost', async () => {
    const home = newHome()
    const peers = await loadKnownPeers(home)
    await peers.remember(ana, {name: 'ana'})
    await peers.remember(bob, {name: 'ana'})
    const [, second] = linesIn(home)
    writeFileSync(journalIn(home), second!)
    expect(await namesIn(home)).toEqual(['ana-2'])
  })

  it('is renamed, added and forgotten by name, and each other process sees that at its next look', async () => {
    const home = newHome()
    const [peers, others] = [await loadKnownPeers(home), await loadKnownPeers(home)]
    await peers.add(ana, 'ana')
    expect(await peers.rename('ANA', 'eva')).toMatchObject({name: 'eva', fingerprint: ana})
    expect(others.list()).toEqual([])
    await others.refresh()
    expect(namesOf(others)).toEqual(['eva'])
    expect(await others.forget('eva')).toMatchObject({fingerprint: ana})
    await peers.refresh()
    expect(peers.has(ana)).toBe(false)
  })

  it('may take its own name in another case', async () => {
    const peers = await loadKnownPeers(newHome())
    await peers.add(ana, 'ana')
    expect(await peers.rename('ana', 'Ana')).toMatchObject({name: 'Ana'})
  })

  it.each([
    ['a fingerprint that is none', (peers: KnownPeers) => peers.add('abc', 'eve'), 'bad-argument'],
    ['a device twice', (peers: KnownPeers) => peers.add(ana, 'eve'), 'bad-argument'],
    ['a name twice', (peers: KnownPeers) => peers.add(eve, 'ANA'), 'bad-argument'],
    ['a name that is none', (peers: KnownPeers) => peers.add(eve, 'e/ve'), 'bad-nick'],
    ['a name that is an address', (peers: KnownPeers) => peers.add(eve, 'nas.lan'), 'bad-argument'],
    ['a name that is a flag', (peers: KnownPeers) => peers.rename('bob', '-force'), 'bad-argument'],
    ['another one’s name by renaming', (peers: KnownPeers) => peers.rename('bob', 'ana'), 'bad-argument'],
    ['a name for nobody', (peers: KnownPeers) => peers.rename('eve', 'eva'), 'unknown-peer'],
    ['nobody to forget', (peers: KnownPeers) => peers.forget('eve'), 'unknown-peer'],
  ])('is not changed by %s', async (_, act, code) => {
    const home = newHome()
    const peers = await loadKnownPeers(home)
    await peers.add(ana, 'ana')
    await peers.add(bob, 'bob')
    const before = linesIn(home)
    await expect(act(peers)).rejects.toMatchObject({code, exitCode: 2})
    expect(linesIn(home)).toEqual(before)
  })
})

describe('where a device was met', () => {
  it('is written only when it is another place than last time', async () => {
    const home = newHome()
    const peers = await loadKnownPeers(home)
    await peers.remember(bob, {name: 'bob', address})
    for (let time = 0; time < 3; time++) await peers.meet(bob, address)
    expect(linesIn(home)).toHaveLength(1)
    await peers.meet(bob, {...address, port: 5001})
    expect(linesIn(home)).toHaveLength(2)
    expect(peers.get(bob)?.address?.port).toBe(5001)
  })

  it('is not replaced by where it came from, which nobody has dialled', async () => {
    const peers = await loadKnownPeers(newHome())
    await peers.remember(bob, {name: 'bob', address: {host: '10.0.0.1'}})
    await peers.meet(bob, {host: '10.0.0.2'})
    expect(peers.get(bob)?.address).toEqual({host: '10.0.0.2'})
    await peers.meet(bob, address)
    await peers.meet(bob, {host: '10.0.0.3'})
    expect(peers.get(bob)?.address).toEqual(address)
  })

  it('tells who answered there last', async () => {
    const peers = await loadKnownPeers(newHome())
    await peers.remember(bob, {name: 'bob', address})
    await peers.remember(ana, {name: 'ana', address})
    expect(peers.lastAt(address)?.name).toBe('ana')
    await peers.meet(bob, address)
    expect(peers.lastAt(address)?.name).toBe('bob')
  })
})

describe('the file of remembered devices', () => {
  it.skipIf(isWindows)('can be read by its owner only', async () => {
    const home = newHome()
    await (await loadKnownPeers(home)).add(ana, 'ana')
    expect(statSync(journalIn(home)).mode & 0o777).toBe(0o600)
    expect(statSync(home).mode & 0o777).toBe(0o700)
  })

  it('loses nothing when ten processes write at once, and names stay unique', async () => {
    const home = newHome()
    const module = new URL('../../build/security/known-peers.js', import.meta.url).href
    const count = 20
    const write = (process: number): string => `import {loadKnownPeers} from ${JSON.stringify(module)}
      const peers = await loadKnownPeers(${JSON.stringify(home)})
      for (let number = 0; number < ${count}; number++)
        await peers.remember((${process} * ${count} + number).toString(16).padStart(64, '0'), {name: 'ana'})`
    const scripts = Array.from({length: 10}, (_, process) => write(process))
    await Promise.all(scripts.map(script => run(process.execPath, ['--input-type=module', '-e', script])))
    const peers = await loadKnownPeers(home)
    expect(new Set(peers.list().map(({fingerprint}) => fingerprint)).size).toBe(10 * count)
    expect(new Set(namesOf(peers)).size).toBe(10 * count)
    expect(linesIn(home)).toHaveLength(10 * count)
    expect(peers.takeDamage()).toBeUndefined()
  })

  it('loses at most its last record to a power cut, wherever that cuts, and never the next one', async () => {
    const home = newHome()
    const peers = await loadKnownPeers(home)
    await peers.add(ana, 'ana')
    const before = statSync(journalIn(home)).size
    await peers.add(bob, 'bob')
    const whole = readFileSync(journalIn(home))
    for (let size = before; size < whole.length; size += 7) {
      writeFileSync(journalIn(home), whole.subarray(0, size))
      const after = await loadKnownPeers(home)
      expect(namesOf(after)).toEqual(['ana'])
      expect(after.takeDamage()?.code).toBe(size === before ? undefined : 'damaged-peers')
      await after.add(eve, 'eve')
      expect(await namesIn(home)).toEqual(['ana', 'eve'])
    }
  })

  it.skipIf(isRoot || isWindows)('is reported when it cannot be read, or not be written', async () => {
    const home = newHome()
    const peers = await loadKnownPeers(home)
    await peers.add(ana, 'ana')
    chmodSync(journalIn(home), 0o400)
    const elsewhere = [expect.stringContaining('CHATCTL_HOME')]
    const error = {code: 'not-writable', exitCode: 8, suggestions: elsewhere}
    await expect(peers.add(bob, 'bob')).rejects.toMatchObject(error)
    chmodSync(journalIn(home), 0o000)
    await expect(loadKnownPeers(home)).rejects.toMatchObject({code: 'not-readable', exitCode: 8})
  })

  it('is reported when something else stands in its place', async () => {
    const home = newHome()
    mkdirSync(journalIn(home), {recursive: true})
    await expect(loadKnownPeers(home)).rejects.toMatchObject({code: 'not-readable', exitCode: 8})
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, '')
    await expect((await loadKnownPeers(newHome())).add(ana, 'ana')).resolves.toMatchObject({name: 'ana'})
    await expect(loadKnownPeers(file)).rejects.toMatchObject({exitCode: 8})
  })
})

describe('a long file of remembered devices', () => {
  const place = (number: number) => ({host: '10.0.0.1', port: 1 + (number % 2)})
  const filesIn = (home: string): string[] => readdirSync(home).sort()

  /** A home whose devices have been met here and there so often that the next record is one too many. */
  async function homeOfMany(): Promise<string> {
    const home = newHome()
    const peers = await loadKnownPeers(home)
    await peers.remember(ana, {name: 'ana'})
    await peers.remember(bob, {name: 'bob'})
    await peers.remember(eve, {name: 'eve'})
    await peers.forget('eve')
    const meeting = {type: 'meet', fingerprint: bob, address: place(1), at: new Date().toISOString()}
    appendFileSync(journalIn(home), `\n${JSON.stringify(meeting)}`.repeat(500))
    return home
  }

  it('goes on in a short one, which says the same', async () => {
    const home = await homeOfMany()
    const peers = await loadKnownPeers(home)
    await peers.meet(bob, place(0))
    expect(filesIn(home)).toEqual(['peers.1.jsonl', 'peers.jsonl'])
    expect(statSync(join(home, 'peers.1.jsonl')).size).toBeLessThan(2000)
    const later = await loadKnownPeers(home)
    expect(later.list()).toEqual(peers.list())
    expect(later.lastAt(place(0))?.name).toBe('bob')
    await later.add(eve, 'eve')
    await peers.refresh()
    expect(namesOf(peers)).toEqual(['ana', 'bob', 'eve'])
    expect(peers.takeDamage()).toBeUndefined()
  })

  it('stays as it is while somebody only reads it, and while it is short', async () => {
    const home = await homeOfMany()
    expect(await namesIn(home)).toEqual(['ana', 'bob'])
    expect(filesIn(home)).toEqual(['peers.jsonl'])
    for (const number of [0, 1, 2]) await (await loadKnownPeers(home)).meet(bob, place(number))
    expect(filesIn(home)).toEqual(['peers.1.jsonl', 'peers.jsonl'])
  })

  it('loses nothing of whoever has not seen yet that it goes on elsewhere', async () => {
    const home = await homeOfMany()
    const peers = await loadKnownPeers(home)
    await peers.meet(bob, place(0))
    await peers.forget('ana')
    const late = {type: 'remember', fingerprint: eve, name: 'eve', at: new Date().toISOString()}
    appendFileSync(journalIn(home), `\n${JSON.stringify(late)}`)
    await peers.refresh()
    expect(namesOf(peers)).toEqual(['bob', 'eve'])
    expect(await namesIn(home)).toEqual(['bob', 'eve'])
  })

  it('loses nothing of whoever writes so late that nobody reads there any more', async () => {
    const home = await homeOfMany()
    const journal = new PeerJournal(home)
    const append = vi.spyOn(JournalFiles.prototype, 'append')
    onTestFinished(() => append.mockRestore())
    append.mockImplementationOnce(async function (this: JournalFiles, generation, bytes) {
      for (let time = 0; time < 2; time++) await journal.compact(await journal.read(), (await journal.read()).records)
      append.mockRestore()
      await this.append(generation, bytes)
    })
    await journal.append({type: 'remember', fingerprint: eve, name: 'eve', at: new Date().toISOString()})
    expect(await namesIn(home)).toEqual(['ana', 'bob', 'eve'])
  })

  it('loses nothing of whoever stops in the middle of writing until it has gone on elsewhere twice', async () => {
    const home = await homeOfMany()
    const journal = new PeerJournal(home)
    const compact = async (reading: PeerJournalReading) => journal.compact(reading, reading.records)
    let late: PeerJournalReading | undefined
    const append = vi.spyOn(JournalFiles.prototype, 'append')
    onTestFinished(() => append.mockRestore())
    append.mockImplementationOnce(async function (this: JournalFiles, generation, bytes) {
      append.mockRestore()
      await compact(await journal.read())
      late = await journal.read()
      await this.append(generation, bytes)
    })
    await journal.append({type: 'remember', fingerprint: eve, name: 'eve', at: new Date().toISOString()})
    await compact(late!)
    expect(filesIn(home)).toEqual(['peers.1.jsonl', 'peers.2.jsonl'])
    expect(await namesIn(home)).toEqual(['ana', 'bob', 'eve'])
  })

  it('loses nothing when ten processes write while it is compacted', async () => {
    const home = await homeOfMany()
    const module = new URL('../../build/security/known-peers.js', import.meta.url).href
    const count = 10
    const write = (process: number): string => `import {loadKnownPeers} from ${JSON.stringify(module)}
      const peers = await loadKnownPeers(${JSON.stringify(home)})
      for (let number = 1; number <= ${count}; number++)
        await peers.remember((${process} * ${count} + number).toString(16).padStart(64, '0'), {name: 'guest'})`
    const scripts = Array.from({length: 10}, (_, process) => write(process))
    await Promise.all(scripts.map(script => run(process.execPath, ['--input-type=module', '-e', script])))
    expect(filesIn(home)).toEqual(['peers.1.jsonl', 'peers.jsonl'])
    const peers = await loadKnownPeers(home)
    expect(peers.list()).toHaveLength(2 + 10 * count)
    expect(peers.takeDamage()).toBeUndefined()
  })

  it.each([
    [
      'before the new file is there',
      (home: string) => {
        writeFileSync(join(home, 'peers.1.jsonl.0123'), '\n{"type":')
        return Promise.resolve()
      },
    ],
    [
      'before the file behind the last is gone',
      async (home: string) => {
        await (await loadKnownPeers(home)).meet(bob, place(0))
        renameSync(join(home, 'peers.1.jsonl'), join(home, 'peers.2.jsonl'))
        renameSync(journalIn(home), join(home, 'peers.1.jsonl'))
        writeFileSync(journalIn(home), `\n${JSON.stringify({type: 'forget', fingerprint: ana, at: 'never'})}`)
      },
    ],
  ])('loses nothing by a crash %s', async (_, crash) => {
    const home = await homeOfMany()
    await crash(home)
    const peers = await loadKnownPeers(home)
    expect(namesOf(peers)).toEqual(['ana', 'bob'])
    await peers.add(eve, 'eve')
    expect(await namesIn(home)).toEqual(['ana', 'bob', 'eve'])
    expect(peers.takeDamage()).toBeUndefined()
  })
})

describe('a damaged file of remembered devices', () => {
  async function damagedHome(): Promise<string> {
    const home = newHome()
    const peers = await loadKnownPeers(home)
    await peers.add(ana, 'ana')
    await peers.add(bob, 'bob')
    const [first, second] = linesIn(home)
    writeFileSync(journalIn(home), [first, '{"type":"remember","finger', second].join('\n'))
    return home
  }

  it('still counts where it can be read; what cannot is told, once, with the file and a copy of it', async () => {
    const home = await damagedHome()
    const before = readFileSync(journalIn(home), 'utf8')
    const peers = await loadKnownPeers(home)
    expect(namesOf(peers)).toEqual(['ana', 'bob'])
    const [copy, ...more] = asideIn(home)
    expect(more).toEqual([])
    expect(readFileSync(join(home, copy!), 'utf8')).toBe(before)
    const damage = peers.takeDamage()
    expect(damage).toMatchObject({code: 'damaged-peers', exitCode: 8})
    expect(damage?.message).toBe(
      `one line of ${journalIn(home)} cannot be read; a copy of it as it was is ${join(home, copy!)}`,
    )
    expect(peers.takeDamage()).toBeUndefined()

    const later = await loadKnownPeers(home)
    expect(later.takeDamage()).toBeUndefined()
    expect(namesOf(later)).toEqual(['ana', 'bob'])
    expect(asideIn(home)).toHaveLength(1)
  })

  it('is kept aside where it is damaged: the one before the newest, or both', async () => {
    const home = newHome()
    const peers = await loadKnownPeers(home)
    await peers.add(ana, 'ana')
    const journal = new PeerJournal(home)
    const reading = await journal.read()
    await journal.compact(reading, reading.records)
    const [older, newer] = [journalIn(home), join(home, 'peers.1.jsonl')]
    const contentsAside = () => asideIn(home).map(name => readFileSync(join(home, name), 'utf8'))
    appendFileSync(older, '\nnonsense')
    const damaged = readFileSync(older, 'utf8')
    const message = (await loadKnownPeers(home)).takeDamage()?.message
    expect(message).toMatch(
      `one line of ${older} cannot be read; a copy of it as it was is ${older.slice(0, -6)}.damaged-`,
    )
    expect(contentsAside()).toEqual([damaged])
    for (const name of asideIn(home)) rmSync(join(home, name))
    const lines = readFileSync(newer, 'utf8').split('\n')
    writeFileSync(newer, [...lines.slice(0, -1), 'more nonsense'].join('\n'))
    const damagedNewer = readFileSync(newer, 'utf8')
    expect((await loadKnownPeers(home)).takeDamage()?.message).toMatch(
      `2 lines of ${older} and ${newer} cannot be read; `,
    )
    expect(contentsAside().sort()).toEqual([damaged, damagedNewer].sort())
  })

  it('is told again when there is more of it', async () => {
    const home = await damagedHome()
    await loadKnownPeers(home)
    appendFileSync(journalIn(home), '\nnonsense\nmore nonsense')
    await (await loadKnownPeers(home)).add(eve, 'eve')
    const peers = await loadKnownPeers(home)
    expect(namesOf(peers)).toEqual(['ana', 'bob', 'eve'])
    expect(asideIn(home).length).toBeGreaterThan(1)
  })

  it.each([
    ['words', 'garbage'],
    ['zeros', '\0'.repeat(500)],
    ['words behind a whole line', '\n{}\ngarbage'],
  ])('is told, once, and kept aside, also when it does not end its last line: %s', async (_, junk) => {
    const home = temporaryDirectory()
    writeFileSync(journalIn(home), junk)
    const peers = await loadKnownPeers(home)
    expect(peers.takeDamage()).toMatchObject({code: 'damaged-peers'})
    expect(asideIn(home).map(name => readFileSync(join(home, name), 'utf8'))).toEqual([junk])
    await peers.add(ana, 'ana')
    const later = await loadKnownPeers(home)
    expect([namesOf(later), later.takeDamage(), asideIn(home).length]).toEqual([['ana'], undefined, 1])
  })

  it('is no damage while its last line is being written', async () => {
    const home = newHome()
    await (await loadKnownPeers(home)).add(ana, 'ana')
    const whole = readFileSync(journalIn(home))
    truncateSync(journalIn(home), whole.length - 9)
    const clock = new FakeClock()
    const reading = new PeerJournal(home, clock).read()
    await until(() => clock.waiting === 1)
    writeFileSync(journalIn(home), whole)
    clock.advance(1000)
    expect(await reading).toMatchObject({records: [{name: 'ana'}], damagedLines: 0})
  })

  it('is told again when it has been repaired by hand, and is damaged further down', async () => {
    const home = await damagedHome()
    await loadKnownPeers(home)
    const [first, damaged, second, told] = linesIn(home)
    expect(told).toContain('told')
    writeFileSync(journalIn(home), [told, 'x', first, second].join('\n'))
    expect(readFileSync(journalIn(home)).indexOf('\nx\n')).toBeLessThan([first, damaged, second].join('\n').length)
    expect((await loadKnownPeers(home)).takeDamage()?.message).toMatch(/^one line of/)
  })

  it.skipIf(isRoot || isWindows)('is told although no copy can be made', async () => {
    const home = await damagedHome()
    chmodSync(home, 0o500)
    const peers = await loadKnownPeers(home)
    expect(peers.takeDamage()?.message).toMatch(/no copy of it could be made$/)
    expect(namesOf(peers)).toEqual(['ana', 'bob'])
    chmodSync(home, 0o700)
  })

  it('costs no more than the lines that are damaged, whatever is written over them', async () => {
    const home = newHome()
    const peers = await loadKnownPeers(home)
    const count = 6
    for (let number = 0; number < count; number++) await peers.add(number.toString(16).repeat(64), `peer-${number}`)
    const bytes = readFileSync(journalIn(home))
    fc.assert(
      fc.property(fc.nat({max: bytes.length - 1}), fc.uint8Array({minLength: 1, maxLength: 40}), (start, junk) => {
        const damaged = Buffer.from(bytes)
        damaged.set(junk.subarray(0, bytes.length - start), start)
        const touched =
          lineOf(bytes, Math.min(start + junk.length, bytes.length) - 1) - lineOf(bytes, Math.max(start - 1, 0)) + 1
        const kept = parseJournal(damaged).records.map(record => JSON.stringify(record))
        const lost = linesIn(home).filter(line => !kept.includes(line))
        expect(lost.length).toBeLessThanOrEqual(touched)
      }),
    )
    truncateSync(journalIn(home), 0)
    expect(await namesIn(home)).toEqual([])
  })
})

/** Which line the byte at `offset` belongs to; each line begins with its line break. */
function lineOf(bytes: Buffer, offset: number): number {
  return bytes.subarray(0, offset + 1).filter(byte => byte === 0x0a).length
}
