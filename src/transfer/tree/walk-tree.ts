import {isUtf8} from 'node:buffer'
import {lstatSync, opendirSync, readFileSync, readlinkSync, type Dirent} from 'node:fs'
import {join, sep} from 'node:path'
import {ChatctlError, toChatctlError} from '../../errors/index.js'
import {maxPathNames} from '../../protocol/tree-record.js'
import {toReadError} from '../disk-error.js'
import {IgnoreRules} from './ignore-rules.js'
import {staysInside} from './inner-link.js'

/** What of a tree is wanted. */
export interface WalkOptions {
  /** Patterns in the syntax of gitignore, from the root; they come before those of any `.chatctlignore`. */
  exclude?: readonly string[] | undefined
  /** Whether symbolic links are, which stay inside. */
  links?: boolean | undefined
}

/** Something in a tree: `path` from its root, `place` on this machine. */
export type Found = {readonly path: string[]; readonly place: string} & (
  | {readonly kind: 'directory'; readonly mtimeMs: number}
  | {readonly kind: 'file'}
  | {readonly kind: 'link'; readonly target: string}
  /** A link that is not wanted or leads outside; or what is no file at all, such as a socket. */
  | {readonly kind: 'left-out'; readonly isLink: boolean}
  /** It cannot be read, and so neither can what is in it. */
  | {readonly kind: 'unreadable'; readonly code: string}
)

/** The patterns of a directory are in a file of this name. */
const ignoreFile = '.chatctlignore'

/** Each path is compared with each pattern: with more of them a walk would keep everything else waiting. */
export const maxPatterns = 10_000
const maxPatternBytes = 1024 * 1024

/** After so many names of one directory others may have their turn: it may have a million. */
export const maxListed = 1024

/** What stands for bytes that are no Unicode. */
const replacement = '\uFFFD'

/** A name in a directory; `isLost` when it is not what its bytes say. */
type Listed = Dirent & {isLost?: boolean}

/** A directory on the way from the root to where the walk is. */
interface Level {
  readonly path: string[]
  readonly place: string
  readonly mtimeMs: number
  readonly rules: IgnoreRules | undefined
  /** Those still to come; the next stands last. */
  readonly entries: Listed[]
}

/**
 * Finds everything in a tree, depth first, parents before what is in them, sorted by name: the same order each time.
 * Only the directories from the root to where it is are held in memory. It waits for nothing: the way through a thread
 * takes longer than the call. Undefined comes where a directory is not listed yet, for others to have their turn.
 *
 * It begins at a path, `from`, when one is given: what comes before in that order is passed over unseen. Its names are
 * compared with those that are there, and go nowhere else.
 * @throws ChatctlError when the root cannot be read
 */
export function* walkTree(
  root: string,
  options: WalkOptions = {},
  from: readonly string[] = [],
): Generator<Found | undefined, void> {
  const excluded = options.exclude?.length ? new IgnoreRules(options.exclude) : undefined
  const levels = [yield* enter({path: [], place: root}, undefined, from[0])]
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const entry = level.entries.pop()
    if (entry === undefined) {
      levels.pop()
      continue
    }
    const isDirectory = entry.isDirectory()
    const at = {path: [...level.path, entry.name.toWellFormed()], place: level.place + sep + entry.name}
    if (excluded?.ignores(at.path, isDirectory) ?? level.rules?.ignores(at.path, isDirectory)) continue
    if (entry.isLost) yield {...at, kind: 'unreadable', code: 'not-unicode'}
    else if (entry.isFile()) yield {...at, kind: 'file'}
    else if (!isDirectory) yield findOther(at, entry, options)
    else {
      const isOnTheWay = leadsTo(from, at.path)
      const inner = yield* tryToEnter(at, level.rules?.inside(at.path), isOnTheWay ? from[at.path.length] : undefined)
      if ('code' in inner) yield {...at, kind: 'unreadable', code: inner.code}
      else if (!isOnTheWay) yield {...at, kind: 'directory', mtimeMs: inner.mtimeMs}
      if ('entries' in inner) levels.push(inner)
    }
  }
}

/** Whether a directory is above a path. */
function leadsTo(path: readonly string[], directory: readonly string[]): boolean {
  return directory.length < path.length && directory.every((name, depth) => name === path[depth])
}

type Place = Pick<Found, 'path' | 'place'>

type Entering<T> = Generator<undefined, T>

function* tryToEnter(at: Place, above: IgnoreRules | undefined, from?: string): Entering<Level | {code: string}> {
  if (at.path.length === maxPathNames) return {code: 'too-deep'}
  try {
    return yield* enter(at, above, from)
  } catch (error) {
    return {code: toChatctlError(error).code}
  }
}

function* enter({path, place}: Place, above: IgnoreRules | undefined, from = ''): Entering<Level> {
  try {
    const {mtimeMs} = lstatSync(place)
    const all = yield* list(place)
    const hasRules = all.some(({name}) => name === ignoreFile)
    const rules = hasRules ? readRules(join(place, ignoreFile), path.length, above) : above
    const entries = all.filter(({name}) => name >= from).sort((one, other) => (one.name < other.name ? 1 : -1))
    return {path, place, mtimeMs, rules, entries}
  } catch (error) {
    throw toReadError(error, place)
  }
}

/** A name that is no Unicode would be another one when it is encoded again, or even that of another file. */
function* list(place: string): Entering<Listed[]> {
  const entries = yield* readNames(place, 'utf8')
  if (!entries.some(({name}) => name.includes(replacement))) return entries
  const raw = (yield* readNames(place, 'buffer' as BufferEncoding)) as unknown as Dirent<Buffer>[]
  return raw.map(entry =>
    Object.assign(entry as unknown as Dirent, {name: entry.name.toString(), isLost: !isUtf8(entry.name)}),
  )
}

function* readNames(place: string, encoding: BufferEncoding): Entering<Dirent[]> {
  const directory = opendirSync(place, {encoding, bufferSize: maxListed})
  try {
    const entries: Dirent[] = []
    for (let entry = directory.readSync(); entry; entry = directory.readSync())
      if (entries.push(entry) % maxListed === 0) yield
    return entries
  } finally {
    directory.closeSync()
  }
}

/** What else has that name is not opened: a link may lead out of the tree, and whoever reads a pipe may wait for ever. */
function readRules(file: string, depth: number, above: IgnoreRules | undefined): IgnoreRules {
  const stats = lstatSync(file)
  if (!stats.isFile()) throw unreadable(file, stats.isSymbolicLink() ? 'it is a link' : 'it is no file', regularHint)
  const patterns = stats.size > maxPatternBytes ? undefined : readFileSync(file, 'utf8')
  if (patterns === undefined || patterns.split('\n').length > maxPatterns)
    throw unreadable(file, `it has more than ${maxPatterns} patterns, or 1 MiB`, fewerHint)
  return new IgnoreRules(patterns, depth, above)
}

const regularHint = 'Patterns are read from a regular file only: put a copy there, or give them with --exclude.'
const fewerHint = 'A pattern with `*`, or one for a whole directory, takes the place of many.'

function unreadable(file: string, why: string, hint: string): ChatctlError {
  return new ChatctlError('not-readable', `cannot read ${file}: ${why}`, {hint})
}

function findOther(at: Place, entry: Listed, {links = false}: WalkOptions): Found {
  const leftOut = {...at, kind: 'left-out', isLink: entry.isSymbolicLink()} as const
  if (!links || !entry.isSymbolicLink()) return leftOut
  try {
    const target = readlinkSync(at.place).split(sep).join('/')
    return staysInside(at.path, target) ? {...at, kind: 'link', target} : leftOut
  } catch (error) {
    return {...at, kind: 'unreadable', code: toReadError(error, at.place).code}
  }
}
