import {createHash} from 'node:crypto'

/** An id of a transfer that is easy to tell from others. */
export const transferId = (number: number): string => number.toString(16).padStart(32, '0')

/** An offer as the wire has it, but for what a test changes. */
export function offer(number: number, changes: object = {}): object {
  const plain = {name: 'a.txt', bytes: 3, files: 1, mediaType: 'text/plain'}
  return {type: 'offer', transfer: transferId(number), ...plain, ...changes}
}

export const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex')
