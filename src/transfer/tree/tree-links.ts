import {lstatSync, readlinkSync, symlinkSync} from 'node:fs'
import {ChatctlError} from '../../errors/index.js'
import type {TreeEntry} from '../../protocol/tree-record.js'
import {errnoOf} from '../disk-error.js'
import {mapTarget, staysInside} from './inner-link.js'
import {toNameInTree} from './name-in-tree.js'
import type {TreeLevel} from './tree-levels.js'

/** Links wait for the end: with so many characters, and no more. */
const maxLinkCharacters = 16 * 1024 * 1024

/** A link of a tree, as it is announced. */
export type LinkEntry = TreeEntry & {type: 'link'}

/** The links of a tree: they are made when nothing can be written through them any more. */
export class TreeLinks {
  readonly #links: {entry: LinkEntry; level: TreeLevel}[] = []
  #characters = 0

  /** Takes note of a link; false when there are too many. */
  add(entry: LinkEntry, level: TreeLevel): boolean {
    this.#characters += entry.target.length + entry.path.join('').length
    const isTooMuch = this.#characters > maxLinkCharacters
    if (!isTooMuch) this.#links.push({entry, level})
    return !isTooMuch
  }

  /** Those that are to be made, each with the directory that it stands in. */
  [Symbol.iterator](): Iterator<{entry: LinkEntry; level: TreeLevel}> {
    return this.#links.values()
  }
}

/**
 * Makes a link, unless it would lead out of its tree.
 * @throws ChatctlError `unsafe-name`, or an error of the system
 */
export function makeLink({path, target}: LinkEntry, place: string): void {
  if (!staysInside(path, target)) throw new ChatctlError('unsafe-name', 'the link leads out of the tree')
  makeOnce(mapTarget(target, toNameInTree), place)
}

function makeOnce(target: string, place: string): void {
  try {
    symlinkSync(target, place)
  } catch (error) {
    // An earlier process came as far as here.
    if (errnoOf(error) !== 'EEXIST' || !leadsTo(place, target)) throw error
  }
}

function leadsTo(place: string, target: string): boolean {
  return lstatSync(place).isSymbolicLink() && readlinkSync(place) === target
}
