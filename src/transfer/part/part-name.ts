import {partSourceOf} from '../job.js'
import type {FileIdentity} from './file-identity.js'
import {fitName, maxNameBytes} from './file-name.js'

/** Whose a part is: a process, and a word that no other part has. */
export interface PartOwner {
  /** 0 when it is nobody's: it was put away. */
  pid: number
  /** 8 hexadecimal digits of the process, 8 of the part. */
  token: string
}

/** What the name of a part, or of its journal, says. */
export interface PartName {
  /** The name that the whole file will have, as far as it fits. */
  name: string
  /** Hexadecimal digits: 32 of its transfer, or 48 of a job that can be resumed. */
  id: string
  /** Only what can be resumed has one. */
  owner?: PartOwner | undefined
}

const partId = /^(?:[0-9a-f]{32}|[0-9a-f]{48})$/
const ending = '.part'
const journalEnding = '.journal'

/** What the journal of a part is called that is a directory: it stands in it, and goes wherever that goes. */
export const innerJournal = 'journal'

/** Room for what follows the name, the largest process id included: what fits must not depend on the owner. */
const tailBytes = '.'.length + 48 + '.4194304000-'.length + 16 + journalEnding.length

const partNames =
  /^\.(?<name>.+)\.(?<id>[0-9a-f]{32}|[0-9a-f]{48})(?:(?:\.(?<pid>\d{1,10})-(?<token>[0-9a-f]{16}))?\.part|\.[0-9a-f]{16}\.journal)$/s

/** The name of a part, hidden. */
export function formatPartName({name, id, owner}: PartName): string {
  if (!partId.test(id)) throw new RangeError('the id of a part is 32 or 48 hexadecimal digits')
  return `.${keyOf({name, id})}${owner ? `.${owner.pid}-${owner.token}` : ''}${ending}`
}

/** As much of a file's name as the name of its part holds. */
function fitPartName(name: string): string {
  return fitName(name, maxNameBytes - 1 - tailBytes)
}

/** What the name of a part says in whatever hands it is. */
export function keyOf({name, id}: Pick<PartName, 'name' | 'id'>): string {
  return `${fitPartName(name)}.${id}`
}

/** What the names of all parts of a source say, in whatever state it was. */
export function sourceKeyOf({name, id}: Pick<PartName, 'name' | 'id'>): string {
  return keyOf({name, id: partSourceOf(id)})
}

const owned = /\.\d{1,10}-[0-9a-f]{16}\.part$/

/** The path of the journal beside a part that is this file: it stays where it is, whatever the part is called by then. */
export function journalOf(partPath: string, {ino}: Pick<FileIdentity, 'ino'>): string {
  return partPath.replace(owned, `.${ino.toString(16).padStart(16, '0')}${journalEnding}`)
}

/** The number of the file whose journal has this name; undefined when it is no journal's. */
export function journalledFile(fileName: string): bigint | undefined {
  const [, digits] = /\.([0-9a-f]{16})\.journal$/.exec(fileName) ?? []
  return digits === undefined ? undefined : BigInt(`0x${digits}`)
}

/** Whether the name of one of these is that of the part, and not of the journal. */
export function isPart(fileName: string): boolean {
  return fileName.endsWith(ending)
}

/** What the name of a part, or of a journal, says; undefined when it is the name of something else. */
export function parsePartName(fileName: string): PartName | undefined {
  const {name, id, pid, token} = partNames.exec(fileName)?.groups ?? {}
  if (name === undefined || id === undefined) return undefined
  return {name, id, ...(pid !== undefined && token !== undefined && {owner: {pid: Number(pid), token}})}
}
