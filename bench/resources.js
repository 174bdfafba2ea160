import {readdirSync, readFileSync} from 'node:fs'

/** Bytes of memory that a process has resident: now, and at most so far. Linux only, as is all of this file. */
export function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytesOf = field => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)[1]) * 1024
  return {resident: bytesOf('VmRSS'), peak: bytesOf('VmHWM')}
}

/** How many descriptors a process has open. */
export function descriptorsOf(pid) {
  return readdirSync(`/proc/${pid}/fd`).length
}
