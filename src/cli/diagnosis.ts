import type {Diagnosis, PortState} from '../diagnose.js'
import type {ChatctlError} from '../errors/index.js'
import {formatSize} from '../errors/format-size.js'
import {formatRate} from '../ui/format.js'
import {padColumns} from '../ui/width.js'
import {errorFields, resultJson} from './result-json.js'

/** What runs chatctl, and where its data is. */
export interface Surroundings {
  readonly chatctl: string
  readonly node: string
  readonly openssl: string
  readonly platform: string
  readonly dataDirectory: string
}

/** Returns what a diagnosis says to people. */
export function diagnosisText(diagnosis: Diagnosis, surroundings: Surroundings): string {
  const {chatctl, node, openssl, platform, dataDirectory} = surroundings
  const rows = [
    ['versions', `chatctl ${chatctl}   Node ${node}   OpenSSL ${openssl}   ${platform}`],
    ['this device', diagnosis.fingerprint ?? 'cannot be used'],
    ['data', dataDirectory],
    ['addresses', addressText(diagnosis)],
    [`port ${diagnosis.port}`, portTexts[diagnosis.portState]],
    ...trialRows(diagnosis),
  ]
  return rows.map(([name = '', text = '']) => `${padColumns(name, nameColumns)}${text}\n`).join('')
}

/** Returns the one line of JSON of a diagnosis; `diagnosis` is undefined if it never was made. */
export function diagnosisJson(
  diagnosis: Diagnosis | undefined,
  surroundings: Surroundings,
  error?: ChatctlError,
): string {
  if (diagnosis === undefined) return resultJson(undefined, error)
  const {fingerprint, addresses, isReachable: reachable, port, portState, trial, problems} = diagnosis
  const found = {fingerprint, addresses, reachable, port, portState, ...trial, problems: problems.map(errorFields)}
  return resultJson({...surroundings, ...found}, error)
}

/** Returns the problem that decides how the process ends: the disk comes before the network, and all before a bug. */
export function worstProblem({problems}: Diagnosis): ChatctlError | undefined {
  return [...problems].sort((one, other) => other.exitCode - one.exitCode)[0]
}

const nameColumns = 14

const portTexts = {
  free: 'free',
  room: 'a room is open there already',
  taken: 'taken by another program',
  unknown: 'cannot be listened on',
} as const satisfies Record<PortState, string>

function addressText({addresses, isReachable}: Diagnosis): string {
  return isReachable ? addresses.join(', ') : 'none: without a network only this computer itself can join a room'
}

function trialRows({trial}: Diagnosis): string[][] {
  if (trial === undefined) return [['loopback', 'a room does not work']]
  const {roundTripMs, bytes, bytesPerSecond} = trial
  return [
    ['round trip', `${roundTripMs} ms over loopback`],
    ['rate', `${formatRate(bytesPerSecond)} over loopback, ${formatSize(bytes)} verified`],
  ]
}
