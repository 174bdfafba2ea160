import {isUtf8} from 'node:buffer'
import type {Dirent} from 'node:fs'
import {lstat, readdir, readFile, readlink} from 'node:fs/promises'
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

/** As many are found at once. */
const maxBatch = 256

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
 * Only the directories from the root to where it is are held in memory. What stands side by side comes together.
 * @throws ChatctlError when the root cannot be read
 */
export async function* walkTree(root: string, options: WalkOptions = {}): AsyncGenerator<Found[], void> {
  const excluded = options.exclude?.length ? new IgnoreRules(options.exclude) : undefined
  const levels = [await enter(root, [], undefined)]
  let batch: Found[] = []
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const entry = level.entries.pop()
    if (entry === undefined) {
      levels.pop()
      continue
    }
    const at = {path: [...level.path, entry.name], place: level.place + sep + entry.name}
    if (excluded?.ignores(at.path, entry.isDirectory()) ?? level.rules?.ignores(at.path, entry.isDirectory())) continue
    const isFull = batch.length === maxBatch
    if (batch.length > 0 && (isFull || entry.isDirectory())) {
      yield batch
      batch = []
    }
    if (entry.isLost) {
      batch.push({...at, kind: 'unreadable', code: 'not-unicode'})
      continue
    }
    if (!entry.isDirectory()) {
      batch.push(entry.isFile() ? {...at, kind: 'file'} : await findOther(at, entry, options))
      continue
    }
    const inner = await tryToEnter(at, level.rules)
    if ('code' in inner) {
      batch.push({...at, kind: 'unreadable', code: inner.code})
    } else {
      batch.push({...at, kind: 'directory', mtimeMs: inner.mtimeMs})
      levels.push(inner)
    }
  }
  if (batch.length > 0) yield batch
}

type Place = Pick<Found, 'path' | 'place'>

async function tryToEnter({place, path}: Place, rules: IgnoreRules | undefined): Promise<Level | {code: string}> {
  if (path.length === maxPathNames) return {code: 'too-deep'}
  try {
    return await enter(place, path, rules)
  } catch (error) {
    return {code: toChatctlError(error).code}
  }
}

async function enter(place: string, path: string[], above: IgnoreRules | undefined): Promise<Level> {
  try {
    const {mtimeMs} = await lstat(place)
    const entries = await list(place)
    entries.sort((one, other) => (one.name < other.name ? 1 : -1))
    const hasRules = entries.some(({name}) => name === ignoreFile)
    const rules = hasRules ? await readRules(join(place, ignoreFile), path.length, above) : above
    return {path, place, mtimeMs, rules, entries}
  } catch (error) {
    throw toReadError(error, place)
  }
}

/** A name that is no Unicode would be another one when it is encoded again, or even that of another file. */
async function list(place: string): Promise<Listed[]> {
  const entries = await readdir(place, {withFileTypes: true})
  if (!entries.some(({name}) => name.includes(replacement))) return entries
  const raw = await readdir(place, {withFileTypes: true, encoding: 'buffer'})
  return raw.map(entry =>
    Object.assign(entry as unknown as Dirent, {name: entry.name.toString(), isLost: !isUtf8(entry.name)}),
  )
}

/** What else has that name is not opened: a link may lead out of the tree, and whoever reads a pipe may wait for ever. */
async function readRules(file: string, depth: number, above: IgnoreRules | undefined): Promise<IgnoreRules> {
  const stats = await lstat(file)
  if (!stats.isFile()) throw unreadable(file, stats.isSymbolicLink() ? 'it is a link' : 'it is no file', regularHint)
  const patterns = stats.size > maxPatternBytes ? undefined : await readFile(file, 'utf8')
  if (patterns === undefined || patterns.split('\n').length > maxPatterns)
    throw unreadable(file, `it has more than ${maxPatterns} patterns, or 1 MiB`, fewerHint)
  return new IgnoreRules(patterns, depth, above)
}

const regularHint = 'Patterns are read from a regular file only: put a copy there, or give them with --exclude.'
const fewerHint = 'A pattern with `*`, or one for a whole directory, takes the place of many.'

function unreadable(file: string, why: string, hint: string): ChatctlError {
  return new ChatctlError('not-readable', `cannot read ${file}: ${why}`, {hint})
}

async function findOther(at: Place, entry: Listed, {links = false}: WalkOptions): Promise<Found> {
  const leftOut = {...at, kind: 'left-out', isLink: entry.isSymbolicLink()} as const
  if (!links || !entry.isSymbolicLink()) return leftOut
  try {
    const target = (await readlink(at.place)).split(sep).join('/')
    return staysInside(at.path, target) ? {...at, kind: 'link', target} : leftOut
  } catch (error) {
    return {...at, kind: 'unreadable', code: toReadError(error, at.place).code}
  }
}
