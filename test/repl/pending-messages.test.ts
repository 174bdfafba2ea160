import {describe, expect, it} from 'vitest'
import {PendingMessages} from '../../src/repl/pending-messages.js'
import {FakeClock} from '../helpers/fake-clock.js'

function watch() {
  const clock = new FakeClock()
  const changes = {count: 0}
  return {clock, changes, pending: new PendingMessages(clock, () => changes.count++)}
}

describe('a message on its way', () => {
  it('is no row as long as it hardly waits', () => {
    const {clock, changes, pending} = watch()
    const arrived = pending.add('hello')
    clock.advance(399)
    arrived()
    clock.advance(1000)
    expect(pending.rows(80)).toEqual([])
    expect(changes.count).toBe(0)
    expect(clock.waiting).toBe(0)
  })

  it('is a row from then on until it has arrived', () => {
    const {clock, changes, pending} = watch()
    const arrived = pending.add('one\ntwo\u001b[2J')
    clock.advance(400)
    expect(pending.rows(80)).toEqual(['… one⏎two\\u{1b}[2J'])
    arrived()
    expect(pending.rows(80)).toEqual([])
    expect(changes.count).toBe(2)
  })

  it('is counted when there are many, and fits the window', () => {
    const {clock, pending} = watch()
    for (let i = 0; i < 5; i++) pending.add(`message number ${i}`)
    clock.advance(400)
    expect(pending.rows(14)).toEqual(['… message num…', '… message num…', '… message num…', '… 2 more on t…'])
  })
})
