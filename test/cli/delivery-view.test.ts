import {describe, expect, it} from 'vitest'
import {DeliveryView, type DeliveryScreen} from '../../src/cli/delivery-view.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {Recorder} from '../helpers/shell-streams.js'
import {draw} from '../helpers/terminal.js'

function open(changes: Partial<DeliveryScreen> = {}, columns = 80) {
  const [stderr, clock] = [new Recorder(), new FakeClock()]
  Object.assign(stderr, {columns, rows: 24})
  const names = ['', 'report.pdf', 'b.bin', 'c.bin']
  const view = new DeliveryView({
    ...{stderr, clock, fit: (text: string) => text, isRedrawn: true, verbosity: 'normal', direction: 'send'},
    nameOf: transfer => names[transfer],
    ...changes,
  })
  const {direction = 'send'} = changes
  const progress = (transfer: number, bytes: number, total: number | null) => {
    view.observe({event: 'progress', direction, transfer, bytes, total, rate: 1000})
    clock.advance(100)
  }
  const rows = async () => (await draw(stderr.text, {columns, rows: 24})).rows.filter(row => row !== '')
  return {view, stderr, clock, progress, rows}
}

const end = (transfer: number) =>
  ({event: 'failed', transfer, name: '', code: 'connection-lost', message: '', by: 'peer'}) as const
const sent = (transfer: number, bytes: number) =>
  ({event: 'sent', transfer, name: 'a', bytes, files: 1, ms: 1, resumedFrom: 0}) as const

describe('DeliveryView', () => {
  it('draws the bar of one file, again and again on the same row', async () => {
    const {progress, rows} = open({fileCount: 1})
    progress(1, 1_000_000, 4_000_000)
    expect(await rows()).toEqual([
      expect.stringMatching(/^\^ report\.pdf {2}█+░+ +25% {2}1\.0\/4\.0 MB {2}1\.0 kB\/s$/),
    ])
    progress(1, 2_000_000, 4_000_000)
    expect(await rows()).toEqual([expect.stringMatching(/50% {2}2\.0\/4\.0 MB/)])
  })

  it('draws a bar for each of several files, and under them one for all', async () => {
    const {view, progress, rows} = open({fileCount: 3})
    progress(1, 1_000_000, 4_000_000)
    progress(2, 500_000, 1_000_000)
    expect(await rows()).toEqual([
      expect.stringMatching(/^\^ report\.pdf .* 25% {2}1\.0\/4\.0 MB/),
      expect.stringMatching(/^\^ b\.bin .* 50% {2}0\.5\/1\.0 MB/),
      expect.stringMatching(/^\^ 0 of 3 files {2}1\.5 MB {2}2\.0 kB\/s$/),
    ])
    view.observe(sent(1, 4_000_000))
    progress(3, 0, 1_000_000)
    expect(await rows()).toEqual([
      expect.stringMatching(/^\^ b\.bin/),
      expect.stringMatching(/^\^ c\.bin/),
      expect.stringMatching(/^\^ 1 of 3 files {2}█+░+ +75% {2}4\.5\/6\.0 MB/),
    ])
  })

  it('says stalled when nothing has come for five seconds, though nothing happens', async () => {
    const {progress, rows, clock} = open({fileCount: 1})
    progress(1, 1, 2)
    clock.advance(6000)
    expect((await rows())[0]).toMatch(/stalled$/)
  })

  it('takes the bars away at the end, and leaves neither timer nor listener', async () => {
    const {view, progress, rows, clock, stderr} = open({fileCount: 2})
    progress(1, 1, 2)
    view.close()
    expect(await rows()).toEqual([])
    expect(clock.waiting).toBe(0)
    expect(stderr.listenerCount('resize')).toBe(0)
  })

  it('prints notices as lines, above the bars', async () => {
    const {view, progress, rows, clock} = open({fileCount: 1})
    progress(1, 1, 2)
    view.observe({event: 'notice', code: 'waiting', message: 'waiting for bob\u001b[2J'})
    clock.advance(100)
    expect(await rows()).toEqual(['waiting for bob\\u{1b}[2J', expect.stringContaining('report.pdf')])
  })

  it.each(['', '/offers', '/get 1 as something that is longer than a row of this narrow window'])(
    'stays whole when %j is typed below the bars, and moves it above them',
    async line => {
      const {view, stderr, progress, rows, clock} = open({direction: 'receive', fileCount: 1}, 40)
      progress(1, 1, 4)
      stderr.write(`${line}\r\n`)
      view.takeTyped(line)
      clock.advance(100)
      progress(1, 2, 4)
      const [bar, ...typed] = (await rows()).reverse()
      expect(bar).toMatch(/^v report\.pdf.* 50%/)
      expect(typed.reverse().join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''))
    },
  )

  it('breaks what it prints between words', async () => {
    const {view, rows} = open({}, 24)
    view.print('one line that is wider than the window is')
    expect(await rows()).toEqual(['one line that is wider', '  than the window is'])
  })

  it('fits a narrow window', async () => {
    const {progress, rows} = open({fileCount: 2}, 20)
    progress(1, 1_000_000, 4_000_000)
    progress(2, 1_000_000, 4_000_000)
    expect(await rows()).toHaveLength(3)
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

describe('DeliveryView of what is received', () => {
  function receive() {
    const opened = open({direction: 'receive', nameOf: () => undefined})
    const from = {id: 2, nick: 'ana'}
    const offer = (transfer: number, name: string, bytes: number | null) =>
      opened.view.observe({event: 'offer', transfer, from, name, bytes, files: 1, mediaType: 'text/plain'})
    return {...opened, offer}
  }

  it('takes the name and the size from the offer', async () => {
    const {offer, progress, rows} = receive()
    offer(1, 'a\u001b.bin', 4_000_000)
    progress(1, 1_000_000, 4_000_000)
    expect(await rows()).toEqual([
      expect.stringMatching(/^v a\\u\{1b}\.bin {2}█+░+ +25% {2}1\.0\/4\.0 MB {2}1\.0 kB\/s$/),
    ])
  })

  it('counts what is offered', async () => {
    const {offer, progress, rows} = receive()
    offer(1, 'a.bin', 1_000_000)
    offer(2, 'b.bin', 3_000_000)
    progress(1, 1_000_000, 1_000_000)
    expect((await rows())[1]).toMatch(/^v 0 of 2 files {2}█+░+ +25% {2}1\.0\/4\.0 MB/)
  })

  it('knows no whole while a size is unknown', async () => {
    const {offer, progress, rows} = receive()
    offer(1, 'a.bin', null)
    progress(1, 1_000_000, null)
    expect(await rows()).toEqual([expect.stringMatching(/^v a\.bin {2}1\.0 MB {2}1\.0 kB\/s$/)])
  })

  it('begins anew when all has ended', async () => {
    const {view, offer, progress, rows, clock} = receive()
    offer(1, 'a.bin', 4_000_000)
    progress(1, 1_000_000, 4_000_000)
    view.observe(end(1))
    clock.advance(100)
    expect(await rows()).toEqual([])
    offer(2, 'b.bin', 2_000_000)
    progress(2, 1_000_000, 2_000_000)
    expect(await rows()).toEqual([expect.stringMatching(/^v b\.bin {2}█+░+ +50%/)])
  })
})
