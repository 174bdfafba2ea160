import {describe, expect, it} from 'vitest'
import {ConnectingLine} from '../../src/cli/connecting-line.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {Recorder} from '../helpers/shell-streams.js'
import {draw} from '../helpers/terminal.js'

function open({columns = 80} = {}) {
  const [output, clock] = [new Recorder(), new FakeClock()]
  output.columns = columns
  const line = new ConnectingLine('192.168.1.23', {output, clock, fit: text => text})
  return {line, clock, output, row: async () => (await draw(output.text, {columns})).rows[0]}
}

describe('the line of whoever dials', () => {
  it('is not shown for a dial that is answered at once', () => {
    const {line, clock, output} = open()
    line.start()
    clock.advance(299)
    line.stop()
    clock.advance(1000)
    expect(output.text).toBe('')
    expect(clock.waiting).toBe(0)
  })

  it('moves, on one row, and is gone at the end', async () => {
    const {line, clock, row} = open()
    line.start()
    clock.advance(300)
    const first = await row()
    expect(first).toMatch(/^\S connecting to 192\.168\.1\.23$/)
    clock.advance(250)
    expect(await row()).toMatch(/^\S connecting to 192\.168\.1\.23$/)
    expect(await row()).not.toBe(first)
    line.stop()
    expect(await row()).toBe('')
    expect(clock.waiting).toBe(0)
  })

  it('stays away while a question is asked', async () => {
    const {line, clock, row} = open()
    line.start()
    clock.advance(300)
    const answer = await line.without(async () => {
      expect(await row()).toBe('')
      clock.advance(5000)
      return 'zoo'
    })
    expect([answer, await row()]).toEqual(['zoo', ''])
    clock.advance(300)
    expect(await row()).toContain('connecting')
    line.stop()
  })

  it('fits a narrow window, and leaves no listener behind', async () => {
    const before = process.listenerCount('exit')
    const {line, clock, row} = open({columns: 20})
    line.start()
    clock.advance(300)
    expect(await row()).toMatch(/^\S connecting to 19…$/)
    line.stop()
    expect(process.listenerCount('exit')).toBe(before)
  })
})
