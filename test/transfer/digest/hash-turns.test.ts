import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {HashTurns, turnBytes} from '../../../src/transfer/digest/hash-turns.js'

/** Turns of a loop that is moved by hand. */
function start() {
  const begins: (() => void)[] = []
  const turns = new HashTurns(begin => begins.push(begin))
  return {turns, begins, nextTurn: () => begins.shift()?.()}
}

describe('the turns of what is hashed', () => {
  it('take no more than they may hold, whoever asks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: 1, max: turnBytes})), sizes => {
        const {turns, nextTurn} = start()
        let spentBytes = 0
        for (const size of sizes) {
          if (turns.spend(size)) spentBytes += size
          else {
            nextTurn()
            expect(turns.spend(size)).toBe(true)
            spentBytes = size
          }
          expect(spentBytes).toBeLessThanOrEqual(turnBytes)
        }
      }),
    )
  })

  it('take what is larger than one of them when it comes first', () => {
    const {turns, nextTurn} = start()
    expect(turns.spend(turnBytes + 1)).toBe(true)
    expect(turns.spend(1)).toBe(false)
    nextTurn()
    expect(turns.spend(1)).toBe(true)
  })

  it('tell all who wait, in their order, when the next one begins', async () => {
    const {turns, nextTurn} = start()
    const served: string[] = []
    const wait = async (name: string) => {
      while (!turns.spend(turnBytes)) await turns.over
      served.push(name)
    }
    const all = Promise.all(['first', 'second', 'third'].map(wait))
    expect(served).toEqual(['first'])
    for (const expected of ['second', 'third']) {
      const {over} = turns
      nextTurn()
      await over
      await Promise.resolve()
      expect(served.at(-1)).toBe(expected)
    }
    await all
  })

  it('ask for a next turn only when something was hashed in this one', () => {
    const {turns, begins, nextTurn} = start()
    expect(begins).toHaveLength(0)
    turns.spend(1)
    turns.spend(1)
    expect(begins).toHaveLength(1)
    nextTurn()
    expect(begins).toHaveLength(0)
  })
})
