import {randomBytes} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {uptime} from 'node:os'
import {errnoOf} from '../disk-error.js'
import type {PartOwner} from './part-name.js'

/** What is asked of the machine about those who left parts. */
export interface Machine {
  isAlive: (pid: number) => boolean
  /** When it was started; what was written since then is there, whatever became of who wrote it. */
  bootedMs: () => number
}

/** The machine that this runs on. */
export const systemMachine: Machine = {isAlive, bootedMs: () => Date.now() - uptime() * 1000}

/** What the parts of this process have in their names: an earlier process may have had its number. */
const thisProcess = randomBytes(4).toString('hex')

/** The number of no process. */
const nobody = 0

/** The owner of a part that this process uses. */
export function thisOwner(): PartOwner {
  return {pid: process.pid, token: token()}
}

/** The owner of a part that was put away. */
export function noOwner(): PartOwner {
  return {pid: nobody, token: token()}
}

/**
 * Whether a part that was used at this time still is. A process number is given again: to a later process after a start
 * of the machine, and to the only one of a container.
 */
export function isHeld(owner: PartOwner | undefined, usedMs: number, machine: Machine): boolean {
  if (owner === undefined || owner.pid === nobody || usedMs < machine.bootedMs()) return false
  if (owner.pid === process.pid) return owner.token.startsWith(thisProcess)
  return machine.isAlive(owner.pid)
}

function token(): string {
  return thisProcess + randomBytes(4).toString('hex')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    // A process of another user is alive, too.
    return errnoOf(error) === 'EPERM'
  }
}

/** Whether a process has ended, and its parent has not asked how: until then, and that may be never, it has its number. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // Behind its name, which may hold anything.
    return stat.startsWith(') Z', stat.lastIndexOf(')'))
  } catch (error) {
    // Elsewhere than on Linux nothing says so.
    if (errnoOf(error) !== undefined) return false
    throw error
  }
}
