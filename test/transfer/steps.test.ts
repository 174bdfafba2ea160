import {randomBytes} from 'node:crypto'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {visibleFiles} from '../helpers/kept-parts.js'
import {ResumablePair, type Line} from '../helpers/resumable-pair.js'
import {passTime, type DeskEnd} from '../helpers/transfer-pair.js'
import {harvest, plant} from '../helpers/trees.js'
import {until} from '../helpers/until.js'

const content = randomBytes(70_000)
const lost = new ChatctlError('connection-lost', 'the line was cut')
/** What a session, an offer, a place, and the last piece, which is smaller than others, may cost once more. */
const mostTalkBytes = 12_000
/** All that may be on its way at the beginning: it is lost when the line breaks there. */
const firstWindowBytes = 64 * 1024

interface Scene {
  pair: ResumablePair
  path: string
  host: DeskEnd
  member: DeskEnd
  line: Line
}

const kinds = {
  file: {
    make: (directory: string) => {
      writeFileSync(join(directory, 'a'), content)
      return join(directory, 'a')
    },
    isSame: (one: string, other: string) => readFileSync(one).equals(readFileSync(other)),
  },
  directory: {
    make: (directory: string) => plant(join(directory, 'a'), {'b/c': 'c', large: content.toString('hex'), z: 'z'}),
    isSame: (one: string, other: string) => JSON.stringify(harvest(one)) === JSON.stringify(harvest(other)),
  },
}

function begin(kind: keyof typeof kinds): Scene {
  const pair = new ResumablePair()
  return {pair, path: kinds[kind].make(pair.directories.member), ...pair.begin()}
}

/** Bytes of a transfer that nothing disturbs, up to the last acknowledgement. */
async function undisturbedBytes(kind: keyof typeof kinds): Promise<number> {
  const {pair, path, host, member} = begin(kind)
  await (
    await member.desk.offer(path)
  ).delivered
  await host.desk.idle()
  return pair.sentBytes
}

/** How a line breaks when so many bytes have been sent. */
const breaks = {
  'is cut': (line: Line, bytes: number) => line.cutAfter(bytes),
  'falls silent': (line: Line, bytes: number) => line.silenceAfter(bytes),
}

async function breakApart({host, member}: Scene): Promise<void> {
  while (host.session.isAttached || member.session.isAttached) await passTime(5000, [host, member])
}

/** What happens then, up to the delivery. */
const returns = {
  'the session comes back': async (scene: Scene, delivered: Promise<unknown>) => {
    await breakApart(scene)
    scene.pair.connect(scene.host, scene.member)
    await delivered
    await scene.host.desk.idle()
  },
  'another process sends, and the receiver does not know yet': async ({pair, path, member}: Scene) => {
    await member.desk.close(lost)
    await offerAnew(pair, path)
  },
  'another process receives': async (scene: Scene) => {
    await breakApart(scene)
    await Promise.all([scene.host.desk.close(lost), scene.member.desk.close(lost)])
    await offerAnew(scene.pair, scene.path)
  },
}

async function offerAnew(pair: ResumablePair, path: string): Promise<void> {
  const {host, member} = pair.begin()
  await (
    await member.desk.offer(path)
  ).delivered
  await host.desk.idle()
}

const cases = Object.keys(kinds).flatMap(kind =>
  Object.keys(breaks).flatMap(how => Object.keys(returns).map(then => [kind, how, then] as const)),
) as [keyof typeof kinds, keyof typeof breaks, keyof typeof returns][]

describe('at whatever step of an offer, or of its end', () => {
  it.each(cases)(
    'of a %s the line %s: when %s it arrives once, and only what was on its way comes again',
    async (...each) => {
      const [kind, how, then] = each
      const bytes = await undisturbedBytes(kind)
      const first = Array.from({length: 15}, (_, index) => 1 + index * 60)
      const last = Array.from({length: 15}, (_, index) => bytes - index * 40)
      for (const place of [...first, ...last]) {
        const lostBytes = first.includes(place) ? firstWindowBytes : 0
        const scene = begin(kind)
        const {pair, path, host, member, line} = scene
        breaks[how](line, place)
        const {delivered} = await member.desk.offer(path)
        delivered.catch(() => undefined)
        await until(() => line.sentBytes >= place)
        // What its sender knows to be there is offered by nobody.
        if (!member.happened.includes('sent')) await returns[then](scene, delivered)
        expect(visibleFiles(host.directory), String(place)).toEqual(['new_a'])
        expect(kinds[kind].isSame(join(host.directory, 'new_a'), path), String(place)).toBe(true)
        expect(pair.sentBytes, String(place)).toBeLessThan(bytes + lostBytes + mostTalkBytes)
      }
    },
  )
})
