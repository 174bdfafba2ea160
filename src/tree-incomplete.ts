import type {Shortfall} from './conversation.js'
import {ChatctlError} from './errors/index.js'

/** Returns the error of a directory that has arrived, but for what could not be read or kept. */
export function treeIncomplete(name: string, {count}: Shortfall): ChatctlError {
  return new ChatctlError('tree-incomplete', `${name} arrived without ${count} of what is in it`)
}
