import {resolve} from 'node:path'
import type {Intake} from './transfer/transfer-desk.js'

/** What a conversation does with files that are offered to it. */
export interface IntakeOptions {
  /** Where received files go; the current directory by default. */
  out?: string
  /** Put before a received name; `new_` by default. */
  prefix?: string
  /** What happens to an offer; by default it waits for an answer. */
  accept?: 'all' | 'ask' | 'none'
  /** A larger file, or one of unknown size, is not taken; no limit by default. */
  maxBytes?: number
}

/** Fills in what is not said about received files. */
export function toIntake({out = '.', prefix = 'new_', accept = 'ask', maxBytes}: IntakeOptions): Intake {
  return {directory: resolve(out), prefix, accept, ...(maxBytes !== undefined && {maxBytes})}
}
