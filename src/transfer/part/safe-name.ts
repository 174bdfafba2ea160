import {ChatctlError} from '../../errors/index.js'
import {fitName, maxNameBytes} from './file-name.js'

/** The name of a file here, made of one that a peer sent. */
export interface SafeName {
  name: string
  /** Whether this machine cannot hold the name as it was sent, so that the user is told. */
  isAltered: boolean
}

/** Where a name is going to stand. */
export interface SafeNameOptions {
  /** Put before the name; with an empty one a leading dot gets `_`, so that nothing arrives hidden. */
  prefix: string
  /** Whether it stands in a tree that came with it: there a leading dot stays, for nobody's own files are beside it. */
  isInTree?: boolean
  platform?: NodeJS.Platform
}

/** The longest name that a sender can have: 255 UTF-16 units on NTFS and APFS, 255 bytes elsewhere. */
const maxSentUnits = 255
/** Left free for what tells two files of one name apart. */
const reservedBytes = ' (9999)'.length

/**
 * Turns a name that a peer sent into one for a file here: the only way from the one to the other.
 *
 * A name stays as it was sent, never normalised, but for what this system cannot hold.
 * @throws ChatctlError `unsafe-name` when it could lead to another place, or deceives whoever reads it
 */
export function toSafeName(
  sentName: string,
  {prefix, isInTree = false, platform = process.platform}: SafeNameOptions,
): SafeName {
  refuseUnsafe(sentName)
  if (prefix !== '') refuseUnsafe(prefix + sentName)
  if (sentName.length > maxSentUnits) throw unsafe('it is longer than any file system holds')
  const isHidden = prefix === '' && sentName.startsWith('.') && !isInTree
  const maxBytes = isInTree ? maxNameBytes : maxNameBytes - reservedBytes
  const name = fitToPlatform(isHidden ? `_${sentName}` : prefix + sentName, maxBytes, platform)
  return {name, isAltered: name !== prefix + sentName}
}

// Bidi_Control reorders the text around it; line and paragraph separators break it as controls do.
const deceptive = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u

function refuseUnsafe(name: string): void {
  if (name === '') throw unsafe('it is empty')
  if (name === '.' || name === '..') throw unsafe('it is a directory')
  if (/[/\\]/.test(name)) throw unsafe('it holds a path separator')
  if (deceptive.test(name)) throw unsafe('it holds control or bidirectional characters')
}

function unsafe(reason: string): ChatctlError {
  return new ChatctlError('unsafe-name', `the name of the offered file is refused: ${reason}`)
}

function fitToPlatform(name: string, maxBytes: number, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return fitName(name, maxBytes)
  return mapEnding(fitName(mapDevice(mapReserved(name)), maxBytes))
}

function mapReserved(name: string): string {
  return name.replaceAll(/[<>:"|?*]/g, '_')
}

// Win32, "Naming Files": a device whatever its case, its extension, and spaces before that.
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i

function mapDevice(name: string): string {
  return device.test(name) ? `_${name}` : name
}

/** Windows drops trailing dots and spaces: `evil.exe.` would be `evil.exe`. */
function mapEnding(name: string): string {
  return name.replace(/[. ]+$/, ending => '_'.repeat(ending.length))
}
