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
    expect(await row()).toMatch(/^\^ report\.pdf {2}█+░+ +25% {2}1\.0\/4\.0 MB {2}1\.0 kB\/s$/)
    progress(1, 2_000_000, 4_000_000)
    expect(await row()).toMatch(/50% {2}2\.0\/4\.0 MB/)
  })

  it('counts several files as one, whose whole is known once all of them move', async () => {
    const {view, progress, row} = open({fileCount: 2})
    progress(1, 1_000_000, 1_000_000)
    expect(await row()).toMatch(/ 1\.0 MB {2}/)
    view.observe({event: 'sent', transfer: 1, name: 'a', bytes: 1_000_000, files: 1, sha256: '', ms: 1, resumedFrom: 0})
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

  it('counts as whole what was too small to be seen moving', async () => {
    const {view, progress, row} = open({fileCount: 2})
    view.observe({event: 'sent', transfer: 1, name: 'a', bytes: 1_000_000, files: 1, sha256: '', ms: 1, resumedFrom: 0})
    progress(2, 1_000_000, 3_000_000)
    expect(await row()).toMatch(/50% {2}2\.0\/4\.0 MB/)
  })
})

describe('DeliveryView of what is received', () => {
  function receive() {
    const stderr = new Recorder()
    stderr.columns = 80
    const screen = {stderr, isRedrawn: true, verbosity: 'normal' as const, now: () => 0}
    const view = new DeliveryView({...screen, direction: 'receive'})
    const from = {id: 2, nick: 'ana'}
    const offer = (transfer: number, name: string, bytes: number | null) =>
      view.observe({event: 'offer', transfer, from, name, bytes, files: 1, mediaType: 'text/plain'})
    const progress = (transfer: number, bytes: number, total: number | null) =>
      view.observe({event: 'progress', direction: 'receive', transfer, bytes, total, rate: 1000})
    const end = (transfer: number) =>
      view.observe({event: 'failed', transfer, name: '', code: 'connection-lost', message: '', by: 'peer'})
    return {offer, progress, end, row: async () => (await draw(stderr.text, {columns: 80})).rows[0]}
  }

  it('takes the name and the size from the offer', async () => {
    const {offer, progress, row} = receive()
    offer(1, 'a\u001b.bin', 4_000_000)
    progress(1, 1_000_000, 4_000_000)
    expect(await row()).toMatch(/^v a\\u\{1b}\.bin {2}█+░+ +25% {2}1\.0\/4\.0 MB {2}1\.0 kB\/s$/)
  })

  it('counts several files as one', async () => {
    const {offer, progress, row} = receive()
    offer(1, 'a.bin', 1_000_000)
    offer(2, 'b.bin', 3_000_000)
    progress(1, 1_000_000, 1_000_000)
    expect(await row()).toMatch(/^v 2 files {2}█+░+ +25% {2}1\.0\/4\.0 MB/)
  })

  it('knows no whole while a size is unknown', async () => {
    const {offer, progress, row} = receive()
    offer(1, 'a.bin', null)
    progress(1, 1_000_000, null)
    expect(await row()).toMatch(/^v a\.bin {2}1\.0 MB {2}1\.0 kB\/s$/)
  })

  it('begins anew when all has ended', async () => {
    const {offer, progress, end, row} = receive()
    offer(1, 'a.bin', 4_000_000)
    progress(1, 1_000_000, 4_000_000)
    end(1)
    expect(await row()).toBe('')
    offer(2, 'b.bin', 2_000_000)
    progress(2, 1_000_000, 2_000_000)
    expect(await row()).toMatch(/^v b\.bin {2}█+░+ +50%/)
  })
})
