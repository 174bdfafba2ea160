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

/** Bytes that a process has read and written so far by its own calls, from and to files, sockets and pipes. */
export function movedBy(pid) {
  const counters = readFileSync(`/proc/${pid}/io`, 'utf8')
  const bytesOf = field => Number(new RegExp(`^${field}: (\\d+)$`, 'm').exec(counters)[1])
  return {read: bytesOf('rchar'), written: bytesOf('wchar')}
}
