import {toSafeName} from '../part/safe-name.js'

/**
 * Returns the name here of what is called so in a tree.
 * @throws ChatctlError `unsafe-name`
 */
export function toNameInTree(name: string): string {
  return toSafeName(name, {prefix: '', isInTree: true}).name
}
