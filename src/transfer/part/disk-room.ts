import {statfs} from 'node:fs/promises'
import {formatUnequal} from '../../errors/format-size.js'
import {ChatctlError} from '../../errors/index.js'
import {OutOfRoomError} from '../disk-error.js'

/** What has to be free before a file of unknown size goes on that has filled the disk. */
const leastRoomBytes = 1024 * 1024

/** What is to stand on a disk. */
export interface RoomNeed {
  directory: string
  /** Null when nobody knows. */
  bytes: number | null
}

/**
 * Looks whether there is room for all that is to come, of which so much is there; or for a little of what nobody knows.
 * @throws ChatctlError `disk-full`
 */
export async function requireRoom({directory, bytes}: RoomNeed, written: number): Promise<void> {
  const wanted = bytes === null ? leastRoomBytes : bytes - written
  const {freeBytes} = await roomIn(directory)
  if (wanted > freeBytes) throw noRoom(wanted, freeBytes, directory)
}

function noRoom(bytes: number, freeBytes: number, directory: string): OutOfRoomError {
  const [wanted, free] = formatUnequal(bytes, freeBytes)
  return new OutOfRoomError(`there is no room for ${wanted} in ${directory}: ${free} are free`)
}

/**
 * Looks whether it would fit on the disk if that were empty: else nobody needs to wait for room.
 * @throws ChatctlError `disk-full`
 */
export async function requireLargeEnough({directory, bytes}: RoomNeed): Promise<void> {
  if (bytes === null || bytes === 0) return
  const {totalBytes} = await roomIn(directory)
  if (bytes <= totalBytes) return
  const [wanted, all] = formatUnequal(bytes, totalBytes)
  throw new ChatctlError('disk-full', `there is no room for ${wanted} in ${directory}: the whole disk has ${all}`)
}

/** Some file systems over a network know nothing of their size: then there is room. */
async function roomIn(directory: string): Promise<{freeBytes: number; totalBytes: number}> {
  const {bavail, blocks, bsize} = await statfs(directory)
  return blocks === 0
    ? {freeBytes: Infinity, totalBytes: Infinity}
    : {freeBytes: bavail * bsize, totalBytes: blocks * bsize}
}
