import {describe, expect, it} from 'vitest'
import {DeliveryView} from '../../src/cli/delivery-view.js'
import type {Verbosity} from '../../src/cli/flags.js'
import {Recorder} from '../helpers/shell-streams.js'
import {draw} from '../helpers/terminal.js'

function open(fields: {isRedrawn?: boolean; verbosity?: Verbosity; fileCount?: number} = {}) {
  const stderr = new Recorder()
  stderr.columns = 80
  const screen = {isRedrawn: true, verbosity: 'normal' as const, fileCount: 1, ...fields}
  const view = new DeliveryView({stderr, direction: 'send', name: 'report.pdf', now: () => 0, ...screen})
  const progress = (transfer: number, bytes: number, total: number) =>
    view.observe({event: 'progress', direction: 'send', transfer, bytes, total, rate: 1000})
  return {view, stderr, progress, row: async () => (await draw(stderr.text, {columns: 80})).rows[0]}
}

describe('DeliveryView', () => {
  it('draws one bar, again and again on the same row', async () => {
    const {progress, row} = open()
    progress(1, 1_000_000, 4_000_000)
    expect(await row()).toMatch(/^\^ report\.pdf {2}#+-+ +25% {2}1\.0\/4\.0 MB {2}1\.0 kB\/s$/)
    progress(1, 2_000_000, 4_000_000)
    expect(await row()).toMatch(/50% {2}2\.0\/4\.0 MB/)
  })

  it('counts several files as one, whose whole is known once all of them move', async () => {
    const {view, progress, row} = open({fileCount: 2})
    progress(1, 1_000_000, 1_000_000)
    expect(await row()).toMatch(/ 1\.0 MB {2}/)
    view.observe({event: 'sent', transfer: 1, name: 'a', bytes: 1, files: 1, sha256: '', ms: 1, resumedFrom: 0})
    progress(2, 1_000_000, 3_000_000)
    expect(await row()).toMatch(/50% {2}2\.0\/4\.0 MB {2}1\.0 kB\/s/)
  })

  it('takes the bar away at the end', async () => {
    const {view, progress, row} = open()
    progress(1, 1, 2)
    view.close()
    expect(await row()).toBe('')
  })

  it('prints notices as lines, above the bar', async () => {
    const {view, stderr, progress} = open()
    progress(1, 1, 2)
    view.observe({event: 'notice', code: 'waiting', message: 'waiting for bob\u001b[2J'})
    progress(1, 1, 2)
    const {rows} = await draw(stderr.text, {columns: 80})
    expect(rows[0]).toBe('waiting for bob\\u{1b}[2J')
    expect(rows[1]).toContain('report.pdf')
  })

  it('draws nothing where nothing is redrawn, and prints nothing when it is to be quiet', () => {
    const {view, stderr, progress} = open({isRedrawn: false, verbosity: 'quiet'})
    progress(1, 1, 2)
    view.observe({event: 'notice', code: 'waiting', message: 'waiting for bob'})
    view.close()
    expect(stderr.text).toBe('')
  })

  it('prints progress as lines where nothing is redrawn and much is asked for', () => {
    const {stderr, progress} = open({isRedrawn: false, verbosity: 'verbose'})
    progress(1, 1_000_000, 4_000_000)
    expect(stderr.text).toBe('1.0/4.0 MB  1.0 kB/s\n')
  })
})
