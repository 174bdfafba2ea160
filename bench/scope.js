import {spawn} from 'node:child_process'
import {mkdtempSync, rmSync, statfsSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** What is still to be undone, by scope. */
const closings = new Set()
process.on('exit', () => {
  for (const close of [...closings].reverse()) close()
})
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))

/**
 * Runs something that leaves nothing behind: what it gives to `defer` is done when it has ended, however it ends and
 * also on Ctrl-C, the last first.
 */
export async function inScope(run) {
  const undoing = []
  const close = () => {
    while (undoing.length > 0) undoing.pop()()
  }
  closings.add(close)
  try {
    return await run(undo => undoing.push(undo))
  } finally {
    closings.delete(close)
    close()
  }
}

/** Where so many bytes are best written: in memory where that has room to spare, so that no disk is measured. */
export function placeFor(bytes) {
  try {
    const {bavail, bsize} = statfsSync('/dev/shm')
    return bavail * bsize > 1.5 * bytes ? '/dev/shm' : tmpdir()
  } catch {
    // Only Linux has it.
    return tmpdir()
  }
}

/** Makes a directory that lasts as long as the scope. */
export function makeDirectory(defer, place) {
  const directory = mkdtempSync(join(place, 'chatctl-bench-'))
  // A process that was killed a moment ago may still finish what it was writing.
  defer(() => rmSync(directory, {recursive: true, force: true, maxRetries: 20, retryDelay: 50}))
  return directory
}

/** Starts a process that lasts as long as the scope; if it ends before, that is the end of the benchmark. */
export function startProcess(defer, [command, ...args], options) {
  const child = spawn(command, args, options)
  const fail = (code, signal) => {
    throw new Error(`${command} ${args.join(' ')} has ended (${signal ?? code})`)
  }
  child.on('exit', fail)
  defer(() => {
    child.off('exit', fail)
    child.kill('SIGKILL')
  })
  return child
}
