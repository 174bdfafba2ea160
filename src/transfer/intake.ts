import {resolve} from 'node:path'
import type {Offer} from '../conversation.js'
import {formatUnequal} from '../errors/format-size.js'
import {ChatctlError} from '../errors/index.js'
import type {OnConflict} from './part/conflict.js'
import type {Destination} from './destination.js'
import {PartShelf} from './part/part-shelf.js'
import {toSafeName} from './part/safe-name.js'
import type {StreamOutput} from './stream-output.js'

/** What happens to files that are offered here. */
export interface Intake {
  /** Where received files go. */
  directory: string
  /** Takes one file in place of the directory. */
  output?: StreamOutput | undefined
  /** Put before a received name. */
  prefix: string
  accept: Acceptance
  /** Whether devices that were remembered before may bring files at once, whatever `accept` says of others. */
  acceptKnown?: boolean | undefined
  /** What happens when a name is taken; the next free one is used by default. */
  onConflict?: OnConflict | undefined
  /** The largest file that is taken; any by default. */
  maxBytes?: number | undefined
}

/** The part files of this process, in whatever directories. */
const shelf = new PartShelf()

/** Looks through a directory where files are received: old parts are removed, others are found when they are needed. */
export async function tidyParts(directory: string): Promise<void> {
  await shelf.tidy(resolve(directory))
}

/** Whether an offer is taken, waits for an answer, or is turned down. */
export type Acceptance = 'all' | 'ask' | 'none'

/**
 * Decides about an offer as it comes.
 * @throws ChatctlError `too-large`, `unsafe-name`, `one-file-only`
 */
export function judge({name, bytes, kind}: Offer, intake: Intake, isFromKnown: boolean): Acceptance {
  requireFit(bytes, intake.maxBytes)
  if (intake.output && kind === 'tree')
    throw new ChatctlError('one-file-only', 'a directory cannot go to standard output')
  intake.output?.requireFree()
  toSafeName(name, intake)
  return intake.acceptKnown === true && isFromKnown ? 'all' : intake.accept
}

/**
 * Returns where a file goes that is taken: under the name that was offered, behind the prefix, or `as` whoever takes it likes.
 * @throws ChatctlError `unsafe-name`
 */
export function destine(
  offer: Offer,
  {directory, output, prefix, maxBytes, onConflict}: Intake,
  as?: string,
): {name: string; isAltered: boolean; destination: Destination} {
  const {bytes, files, kind} = offer
  if (output) return {name: offer.name, isAltered: false, destination: {maxBytes, open: intoStream(output)}}
  const {name, isAltered} = as === undefined ? toSafeName(offer.name, {prefix}) : toSafeName(as, {prefix: ''})
  const place = {directory: resolve(directory), name, bytes, onConflict}
  const openTree: Destination['open'] = async (transfer, opening) => {
    const {TreeParts} = await import('./tree/tree-parts.js')
    const request = {...place, transfer, ...opening}
    return shelf.open({...request, shape: new TreeParts({...request, files, maxBytes})})
  }
  const openFile: Destination['open'] = (transfer, opening) => shelf.open({...place, transfer, ...opening})
  // What the files of a tree may have, its sink knows: its records come on top.
  if (kind === 'tree') return {name, isAltered, destination: {open: openTree}}
  return {name, isAltered, destination: {maxBytes, open: openFile}}
}

function intoStream(output: StreamOutput): Destination['open'] {
  const sink = output.take()
  return () => Promise.resolve(sink)
}

/** A size that nobody knows is looked at when it comes. */
function requireFit(bytes: number | null, maxBytes = Infinity): void {
  if (bytes === null || bytes <= maxBytes) return
  const [wanted, most] = formatUnequal(bytes, maxBytes)
  throw new ChatctlError('too-large', `it has ${wanted}, and no more than ${most} are taken here`)
}
