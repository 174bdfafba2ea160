import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it, onTestFinished, vi} from 'vitest'
import {surveyMs} from '../../../src/transfer/tree/survey-tree.js'
import {TreeReader} from '../../../src/transfer/tree/tree-reader.js'
import {memoryPair} from '../../../src/transport/memory-pair.js'
import {heldHeapBytes} from '../../helpers/heap.js'
import {quickDisk, temporaryDirectory} from '../../helpers/temporary-directory.js'
import {DeskEnd} from '../../helpers/transfer-pair.js'
import {until} from '../../helpers/until.js'

const directories = 250
const filesInEach = 200
const files = directories * filesInEach

const nameOf = (index: number): string => String(index).padStart(3, '0')
const contentOf = (directory: number, file: number): string => `${directory} ${file}`

/** Makes a tree of 50,000 files. */
function plantVast(): string {
  const root = join(temporaryDirectory(quickDisk), 'src')
  for (let directory = 0; directory < directories; directory++) {
    const place = join(root, nameOf(directory))
    mkdirSync(place, {recursive: true})
    for (let file = 0; file < filesInEach; file++) writeFileSync(join(place, nameOf(file)), contentOf(directory, file))
  }
  return root
}

function joinDesks(): {host: DeskEnd; member: DeskEnd} {
  const {a, b} = memoryPair()
  const [host, member] = [new DeskEnd('host', {directory: temporaryDirectory(quickDisk)}), new DeskEnd('joiner')]
  host.attach(a)
  member.attach(b)
  return {host, member}
}

/** Calls `look` whenever some of a tree has been read. */
function whenRead(look: () => void): void {
  const {read} = TreeReader.prototype as {read: TreeReader['read']}
  const spy = vi.spyOn(TreeReader.prototype, 'read').mockImplementation(async function (this: TreeReader, buffer) {
    const records = await read.call(this, buffer)
    look()
    return records
  })
  onTestFinished(() => spy.mockRestore())
}

/** A name costs more than that, were any of them kept. */
const bytesOfAName = 40

it('a tree of 50,000 files begins before it is listed, arrives whole, and is held in memory by neither end', async () => {
  const root = plantVast()
  const {host, member} = joinDesks()
  const heapBytes: number[] = []
  whenRead(() => {
    if (heapBytes.length === 0) writeFileSync(join(root, nameOf(directories - 1), 'late'), 'not there when it began')
    heapBytes.push(heldHeapBytes())
  })

  const looksAtClock = vi.spyOn(member.deskClock, 'now')
  const offering = member.desk.offer(root)
  await until(() => looksAtClock.mock.calls.length > filesInEach)
  member.clock.advance(surveyMs)
  expect(await (await offering).delivered).toMatchObject({files: files + 1})

  const offer = host.events.find(({event}) => event === 'offer')
  expect(offer).toMatchObject({bytes: null, files: expect.any(Number)})
  expect(offer).not.toMatchObject({files})
  expect(Math.max(...heapBytes) - heapBytes[0]!).toBeLessThan(files * bytesOfAName)
  const arrived = join(host.directory, 'new_src')
  expect(readFileSync(join(arrived, nameOf(directories - 1), 'late'), 'utf8')).toBe('not there when it began')
  for (let directory = 0; directory < directories; directory++) {
    const place = join(arrived, nameOf(directory))
    const contents = readdirSync(place)
      .slice(0, filesInEach)
      .map(name => readFileSync(join(place, name), 'utf8'))
    expect(contents).toEqual(Array.from({length: filesInEach}, (_, file) => contentOf(directory, file)))
  }
})
