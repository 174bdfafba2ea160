import type {BigIntStats} from 'node:fs'
import {type FileHandle, lstat} from 'node:fs/promises'
import {ChatctlError} from '../../errors/index.js'
import {errnoOf} from '../disk-error.js'

/** What tells a file from every other on this machine, whatever it is called. */
export type FileIdentity = Pick<BigIntStats, 'dev' | 'ino'>

/** Returns the identity of an open file. */
export async function identityOf(handle: FileHandle): Promise<FileIdentity> {
  const {dev, ino} = await handle.stat({bigint: true})
  return {dev, ino}
}

/** Whether it is this file that stands at a path, and no link to it or to anything else. */
export async function standsAt({dev, ino}: FileIdentity, path: string): Promise<boolean> {
  try {
    const found = await lstat(path, {bigint: true})
    return found.dev === dev && found.ino === ino
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Says what has become of a file of ours that does not stand at its path any more. */
export async function lostFrom(path: string): Promise<ChatctlError> {
  const isGone = await lstat(path).then(
    () => false,
    (error: unknown) => errnoOf(error) === 'ENOENT',
  )
  const what = isGone ? `somebody has removed ${path}` : `somebody has put something else in the place of ${path}`
  return new ChatctlError('not-writable', what)
}
