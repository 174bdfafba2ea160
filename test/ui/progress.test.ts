import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ProgressLine} from '../../src/ui/progress.js'
import {columnsOf} from '../../src/ui/width.js'

function started(name = 'backup.tar', total: number | null = 4_200_000_000) {
  const clock = {ms: 1000}
  return {clock, line: new ProgressLine('send', name, total, () => clock.ms)}
}

const half = {bytes: 2_600_000_000, total: 4_200_000_000, rate: 98_300_000}

describe('ProgressLine', () => {
  it('shows bar, share, sizes, rate and what is left', () => {
    const {clock, line} = started()
    clock.ms += 2000
    line.update(half)
    expect(line.render(90)).toBe('^ backup.tar  ██████████████░░░░░░░░░░   61%  2.6/4.2 GB  98.3 MB/s  0:17')
  })

  it('shows no estimate before two seconds have passed', () => {
    const {clock, line} = started()
    clock.ms += 1999
    line.update(half)
    expect(line.render(90)).toMatch(/98\.3 MB\/s$/)
  })

  it('says stalled after five seconds without bytes, and stops when they come again', () => {
    const {clock, line} = started()
    line.update(half)
    clock.ms += 4999
    expect(line.render(90)).toContain('MB/s')
    line.update(half)
    clock.ms += 1
    expect(line.render(90)).toMatch(/GB {2}stalled$/)
    expect(line.render(40)).toMatch(/stalled$/)
    line.update({...half, bytes: half.bytes + 1})
    expect(line.render(90)).not.toContain('stalled')
  })

  it('drops the bar first, then the rate, then the size, as the window narrows', () => {
    const {clock, line} = started()
    clock.ms += 3000
    line.update(half)
    const widths = Array.from({length: 100}, (_, columns) => line.render(columns))
    const firstWith = (part: string) => widths.findIndex(text => text.includes(part))
    expect(firstWith('░░░')).toBeGreaterThan(firstWith('MB/s'))
    expect(firstWith('MB/s')).toBeGreaterThan(firstWith('GB'))
    expect(firstWith('GB')).toBeGreaterThan(firstWith('0:17'))
    expect(firstWith('0:17')).toBeGreaterThan(firstWith('61%'))
  })

  it('cuts a long name in its middle, keeps its extension, and leaves room for a bar in a wide window', () => {
    const {line} = started('a-very-long-name-that-somebody-thought-was-a-good-idea-at-the-time.tar.gz')
    line.update(half)
    expect(line.render(100)).toMatch(/^\^ a-very-.*….*\.tar\.gz {2}█+░+ /)
    expect(line.render(60)).toMatch(/^\^ a-very.*….*\.gz {3}61%/)
  })

  it('shows what came when the whole is unknown, without bar, share or estimate', () => {
    const {clock, line} = started('stdin', null)
    clock.ms += 3000
    line.update({bytes: 1_500_000, total: null, rate: 500_000})
    expect(line.render(80)).toBe('^ stdin  1.5 MB  500.0 kB/s')
  })

  it('shows an empty file as done', () => {
    const {line} = started('empty', 0)
    expect(line.render(60)).toContain('100%  0/0 B')
  })

  it('fits any window', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), fc.nat(120), fc.nat(100), (name, columns, percent) => {
        const {line} = started(name, 100)
        line.update({bytes: percent, total: 100, rate: percent * 1000})
        expect(columnsOf(line.render(columns))).toBeLessThanOrEqual(columns)
      }),
    )
  })
})
