import {resolve} from 'node:path'
import type {Intake} from './transfer/intake.js'

/** What a conversation does with files that are offered to it. */
export interface IntakeOptions {
  /** Where received files go; the current directory by default. */
  out?: string
  /** Put before a received name; `new_` by default. */
  prefix?: string
  /** What happens to an offer; by default it waits for an answer. */
  accept?: 'all' | 'ask' | 'none'
  /** Takes at once what devices bring that were remembered before this process started, whatever `accept` says. */
  acceptKnown?: boolean
  /**
   * What happens when the name of a received file is taken: it gets the next free one (`rename`, the default), takes the
   * place of a regular file (`overwrite`), or does not come (`skip`).
   */
  onConflict?: 'rename' | 'overwrite' | 'skip' | undefined
  /** The largest file that is taken; any by default. */
  maxBytes?: number | undefined
}

/** Fills in what is not said about received files. */
export function toIntake({out = '.', prefix = 'new_', accept = 'ask', ...rest}: IntakeOptions): Intake {
  const {acceptKnown, onConflict, maxBytes} = rest
  return {directory: resolve(out), prefix, accept, acceptKnown, onConflict, maxBytes}
}
