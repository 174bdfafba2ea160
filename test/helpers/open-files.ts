import {existsSync, readdirSync, readlinkSync} from 'node:fs'

/** How many files below a directory this process has open; none where the system does not list them. */
export function openFilesOf(directory: string): number {
  if (!existsSync('/proc/self/fd')) return 0
  return readdirSync('/proc/self/fd').filter(descriptor => linkOf(descriptor).startsWith(directory)).length
}

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return 'closed since it was listed'
  }
}
