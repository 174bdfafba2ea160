import {resolve} from 'node:path'
import type {Offer} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import type {OnConflict} from './conflict.js'
import type {Destination} from './incoming.js'
import {PartFile} from './part-file.js'
import {toSafeName} from './safe-name.js'

/** What happens to files that are offered here. */
export interface Intake {
  /** Where received files go. */
  directory: string
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

/** Whether an offer is taken, waits for an answer, or is turned down. */
export type Acceptance = 'all' | 'ask' | 'none'

/**
 * Decides about an offer as it comes.
 * @throws ChatctlError `too-large`, `unsafe-name` when nobody here can take it
 */
export function judge({name, bytes}: Offer, intake: Intake, isFromKnown: boolean): Acceptance {
  requireFit(bytes, intake.maxBytes)
  toSafeName(name, intake)
  return intake.acceptKnown === true && isFromKnown ? 'all' : intake.accept
}

/**
 * Returns where a file goes that is taken: under the name that was offered, behind the prefix, or `as` whoever takes it likes.
 * @throws ChatctlError `unsafe-name`
 */
export function destine(
  offer: Offer,
  {directory, prefix, maxBytes, onConflict}: Intake,
  as?: string,
): {name: string; isAltered: boolean; destination: Destination} {
  const {bytes, files, kind} = offer
  const {name, isAltered} = as === undefined ? toSafeName(offer.name, {prefix}) : toSafeName(as, {prefix: ''})
  const place = {directory: resolve(directory), name, bytes, onConflict}
  const openTree = async (transfer: string) => {
    const {TreeSink} = await import('./tree-sink.js')
    return TreeSink.create({...place, transfer, files, maxBytes})
  }
  const openFile: Destination['open'] = (transfer, untilRoom) => PartFile.create({...place, transfer, untilRoom})
  // What the files of a tree may have, its sink knows: its records come on top.
  if (kind === 'tree') return {name, isAltered, destination: {open: openTree}}
  return {name, isAltered, destination: {maxBytes, open: openFile}}
}

/** A size that nobody knows is looked at when it comes. */
function requireFit(bytes: number | null, maxBytes = Infinity): void {
  if (bytes !== null && bytes > maxBytes)
    throw new ChatctlError('too-large', `it has ${bytes} bytes, and no more than ${maxBytes} are taken here`)
}
