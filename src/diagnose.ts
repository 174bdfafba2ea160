import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {withScratch} from './disk/scratch.js'
import {ChatctlError, toChatctlError} from './errors/index.js'
import {loadIdentity} from './security/identity.js'
import {loadKnownPeers} from './security/known-peers.js'
import {toWriteError} from './transfer/disk-error.js'
import {requireFreePort} from './transport/bind-server.js'
import {localAddresses} from './transport/local-addresses.js'
import {dial} from './transport/tls-dialer.js'
import {unlessAborted} from './transport/unless-aborted.js'
import {tryRoom, type TrialResult} from './trial-room.js'

/** What is looked at. */
export interface DiagnoseOptions {
  /** The directory that keeps this device's identity. */
  readonly home: string
  /** The port that a room would have. */
  readonly port: number
  /** Gives up. */
  readonly signal: AbortSignal
}

/** What has a port: nobody, a chatctl room, or something else; unknown when it could not be found out. */
export type PortState = 'free' | 'room' | 'taken' | 'unknown'

/** What was found out about this computer. */
export interface Diagnosis {
  /** Undefined when this device's identity cannot be used. */
  readonly fingerprint: string | undefined
  /** Where others can reach it, best first; loopback when nobody can. */
  readonly addresses: string[]
  readonly isReachable: boolean
  readonly port: number
  readonly portState: PortState
  /** How a room on loopback went; undefined when it did not. */
  readonly trial: TrialResult | undefined
  /** All that keeps chatctl from working here, in the order in which it was found. */
  readonly problems: ChatctlError[]
}

const diskExitCode = 8

/**
 * Finds out whether chatctl works on this computer; what does not work is told in `problems`.
 * @throws the reason of the signal
 */
export async function diagnose({home, port, signal}: DiagnoseOptions): Promise<Diagnosis> {
  const problems: ChatctlError[] = []
  const attempt = async <Result>(look: () => Promise<Result>, known = toChatctlError): Promise<Result | undefined> => {
    try {
      signal.throwIfAborted()
      return await unlessAborted(signal, look())
    } catch (error) {
      signal.throwIfAborted()
      problems.push(known(error))
      return undefined
    }
  }
  const fingerprint = await attempt(() => lookAtHome(home, problem => problems.push(problem)))
  const portState = await attempt(() => lookAtPort(port, signal, problem => problems.push(problem)), ofScratch)
  const trial = await attempt(() => tryRoom(signal), ofScratch)
  const addresses = localAddresses()
  const isReachable = !addresses.every(isLoopback)
  return {fingerprint, addresses, isReachable, port, portState: portState ?? 'unknown', trial, problems}
}

/** What is tried out is in the directory for temporary files: whose data are elsewhere has nothing to do with it. */
function ofScratch(error: unknown): ChatctlError {
  const known = toWriteError(error, tmpdir())
  if (known.exitCode !== diskExitCode) return known
  const hint = 'A room is tried out in the directory for temporary files: make room there, or name another with TMPDIR.'
  return new ChatctlError(known.code, known.message, {cause: error, hint})
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

async function lookAtHome(home: string, tell: (problem: ChatctlError) => void): Promise<string> {
  const {fingerprint} = await loadIdentity(home)
  const damage = (await loadKnownPeers(home)).takeDamage()
  if (damage) tell(damage)
  return fingerprint
}

/** A room that is open here is no problem: it may well be one's own. */
async function lookAtPort(
  port: number,
  signal: AbortSignal,
  tell: (problem: ChatctlError) => void,
): Promise<PortState> {
  try {
    await requireFreePort(port)
    return 'free'
  } catch (error) {
    const problem = toChatctlError(error)
    if (problem.code !== 'port-in-use') throw problem
    if (await isRoom(port, signal)) return 'room'
    tell(problem)
    return 'taken'
  }
}

const dialTimeoutMs = 2000

async function isRoom(port: number, signal: AbortSignal): Promise<boolean> {
  return withScratch(async directory => {
    const credentials = await loadIdentity(join(directory, 'stranger'))
    try {
      const transport = await dial({host: 'localhost', port, credentials, timeoutMs: dialTimeoutMs, signal})
      transport.destroy()
      return true
    } catch {
      // Whatever does not answer as chatctl does is something else.
      return false
    }
  })
}
