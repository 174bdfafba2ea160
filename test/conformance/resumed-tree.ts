import {mkdirSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {TreeChain} from '../../src/protocol/tree-chain.js'
import {encodeEntry} from '../../src/protocol/tree-encoder.js'
import type {TreeEntry} from '../../src/protocol/tree-record.js'
import {hostFingerprint, joinerFingerprint} from '../helpers/admission.js'
import {until} from '../helpers/until.js'
import {sessionDraws, transferDraw, writtenAt, type Ana, type Bob, type Happening, type Scene} from './scene.js'

const introduction = `# A directory of chatctl/1 that is cut off in the midst of a file and goes on over a second connection, byte by byte,
# for docs/protocol.md.
#
# ">" begins what one end writes at once, "+" goes on with it. Below each frame: its header (type, flags, number,
# channel, length of the payload), then its payload. A chunk of the directory is shown record by record: what each one
# says, its header (type, length of the payload), then its payload, or as much of it as the chunk has. What is random
# otherwise, or of TLS, is fixed; C1 to C4 are the chain behind each entry.`

const mtimeMs = writtenAt.getTime()

/** What is in the directory, and what its files hold. */
const entries: {entry: TreeEntry; content?: string}[] = [
  {entry: {type: 'directory', path: ['poems'], mtimeMs}},
  {entry: {type: 'file', path: ['poems', 'one.txt'], bytes: 12, mtimeMs}, content: 'hello, tree\n'},
  {entry: {type: 'file', path: ['poems', 'two.txt'], bytes: 14, mtimeMs}, content: 'broken in two\n'},
  {entry: {type: 'file', path: ['three.txt'], bytes: 6, mtimeMs}, content: 'whole\n'},
]

const allBytes = entries.reduce((sum, {content = ''}) => sum + content.length, 0)

/** So many bytes of records leave before the cut; the last are 6 of the second file. */
const bytesBeforeCut = 242
const fileBytesBeforeCut = 12 + 6

/** In so much time a limit lets pass what is to leave. */
const burst = {bytesPerSecond: 10 * bytesBeforeCut, ms: 100}

function plantTree(root: string): string {
  mkdirSync(root)
  for (const {entry, content} of entries) {
    const place = join(root, ...entry.path)
    if (content === undefined) mkdirSync(place)
    else writeFileSync(place, content)
  }
  for (const {entry} of [...entries].reverse()) utimesSync(join(root, ...entry.path), writtenAt, writtenAt)
  utimesSync(root, writtenAt, writtenAt)
  return root
}

/** All is read, and waits for its turn. */
async function offerTree({membership, directory}: Ana): Promise<void> {
  membership.limitBandwidth(burst.bytesPerSecond)
  await membership.sendFile(plantTree(join(directory, 'book')), {compression: 'off'})
  await until(() => membership.transfers()[0]?.moved === allBytes)
}

async function takeBurst({room}: Bob): Promise<void> {
  await until(() => room.transfers()[0]?.moved === fileBytesBeforeCut)
}

async function noticeCut({membership}: Ana): Promise<void> {
  await until(() => !membership.session.isAttached)
  membership.limitBandwidth(undefined)
}

async function askForRest({room}: Bob): Promise<void> {
  await until(() => room.hasWaiting)
}

const happenings: Happening[] = [
  {
    title: 'Admission by memory, and a new session',
    joiner: (ana, transport) => ana.enter(transport),
    host: (bob, transport) => bob.enter(transport),
  },
  {title: 'A directory of three files', joiner: offerTree, host: bob => bob.acceptOffer()},
  {title: 'It begins', joiner: ana => ana.clock.advance(burst.ms), host: takeBurst},
  {title: 'The connection is cut in the midst of a file', isCut: true, joiner: noticeCut, host: askForRest},
  {
    title: 'Another connection: the session is back, and the directory goes on where it was',
    joiner: async (ana, transport) => {
      await ana.enter(transport)
      await until(() => ana.membership.transfers().length === 0)
    },
    host: (bob, transport) => bob.enter(transport),
  },
  {title: 'Goodbye', joiner: ana => ana.membership.leave()},
]

function chainValues(): Record<string, string> {
  const chain = new TreeChain()
  return Object.fromEntries(
    entries.map(({entry}, index) => {
      chain.add(encodeEntry(entry))
      return [`C${index + 1}`, chain.digest]
    }),
  )
}

/** A directory on its way between two who remember each other, over two connections. */
export const resumedTree: Scene = {
  areKnown: true,
  carriesTree: true,
  draws: [...sessionDraws, transferDraw],
  head: () => ({introduction, fixed: {hostFingerprint, joinerFingerprint, ...chainValues()}}),
  happenings,
}
