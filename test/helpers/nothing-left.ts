import {expect} from 'vitest'
import {openFilesOf} from './open-files.js'
import type {DeskEnd} from './transfer-pair.js'

/** Expects that an end has nothing under way, no file open, no timer set, and these files and no other. */
export async function expectNothingLeft(end: DeskEnd, files: string[]): Promise<void> {
  await end.desk.idle()
  expect(end.desk.transfers()).toEqual([])
  expect(end.files).toEqual(files)
  expect(openFilesOf(end.directory)).toBe(0)
  expect(end.deskClock.waiting).toBe(0)
}
