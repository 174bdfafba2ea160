import type {BigIntStats} from 'node:fs'
import type {PartFileOptions} from './part-file.js'
import type {Sink} from '../sink.js'

/** Where a part comes from: what makes it the same as one that was begun before. */
export interface PartOrigin {
  /** What its sender calls it. */
  job: string
  peerFingerprint: string
  /** Stands for the session that it comes over. */
  session: object
  /** Hears that another session brings it now; whoever uses the part lets go of it. */
  takeOver: () => void
  /** Hears that what was kept is of the same source in another state, and all of it comes anew. */
  hasChanged?: (() => void) | undefined
}

/** A part that may be resumed. */
export interface PartRequest extends PartFileOptions {
  /** Absent when it cannot be. */
  origin?: PartOrigin | undefined
  /** A file by default. */
  shape?: PartShape | undefined
}

/** A part that is to be opened, and how to say that it is not held any more. */
export interface WantedPart extends PartFileOptions {
  id: string
  origin: PartOrigin
  shape?: PartShape | undefined
  bytes: number
  released: Released
}

/** Parts that are no files. */
export interface PartShape {
  /** Whether something may be one. */
  readonly isPart: (stats: BigIntStats) => boolean
  /** Makes one that cannot be resumed. */
  createOnce(): Promise<Sink>
  create(spot: PartSpot): Promise<Sink>
  /** Goes on with one that was moved to its spot; undefined when something else stands there. */
  resume(spot: PartSpot): Promise<Sink | undefined>
}

/** Where a part stands, and what becomes of it. */
export interface PartSpot {
  path: string
  id: string
  /** Where it stands when it is put away. */
  restingPath: string
  /** When the machine was started. */
  bootedMs: number
  released: Released
  /** Removes what is left of one that is published. */
  forget: (fileName: string) => Promise<void>
}

/** Takes that a part is not used any more, and what is left of it, if anything is. */
export type Released = (left?: Leftover) => void

/** What of a part is left to go on with: by its name, and whether all of it has come. */
export interface Leftover {
  fileName: string
  isWhole: boolean
}
