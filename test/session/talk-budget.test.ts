import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Session, type SessionOwner} from '../../src/session/session.js'
import {TalkBudget} from '../../src/session/talk-budget.js'

const owner: SessionOwner = {
  message: () => undefined,
  channel: () => undefined,
  detached: () => undefined,
  ended: () => undefined,
}

describe('what talk may wait for all together', () => {
  it('counts a payload once for as long as it waits for anyone, and a little for each', () => {
    const anyStep = fc.record({payload: fc.nat(3), holds: fc.boolean()})
    fc.assert(
      fc.property(fc.array(anyStep, {maxLength: 40}), fc.nat(4000), (steps, maxBytes) => {
        const budget = new TalkBudget(maxBytes)
        const payloads = [10, 100, 500, 1000].map(length => ({buffer: Buffer.alloc(length), holders: 0}))
        for (const {payload, holds} of steps) {
          const each = payloads[payload]!
          if (holds) budget.hold(each.buffer)
          else if (each.holders > 0) budget.release(each.buffer)
          each.holders = Math.max(0, each.holders + (holds ? 1 : -1))
          const bytes = payloads
            .filter(({holders}) => holders > 0)
            .reduce((sum, {buffer, holders}) => sum + buffer.length + 128 * holders, 0)
          expect(budget.isExceeded).toBe(bytes > maxBytes)
        }
      }),
    )
  })

  it('leaves each peer its own bound until half is gone, and then an equal share of a half', () => {
    const budget = new TalkBudget(1000)
    expect(budget.allowance(5, 400)).toBe(400)
    budget.hold(Buffer.alloc(500))
    expect([budget.allowance(5, 400), budget.allowance(1, 400)]).toEqual([100, 400])
  })

  it('is nothing of a session that has ended', () => {
    const budget = new TalkBudget(100_000)
    const sessions = [1, 2].map(() => new Session('host', owner, undefined, budget))
    for (const session of sessions)
      session.send({type: 'left', member: {id: 1, nick: 'x'.repeat(90_000)}, reason: 'lost'})
    expect(budget.isExceeded).toBe(true)
    for (const session of sessions) session.close('closed')
    expect([budget.isExceeded, budget.allowance(9, 1)]).toEqual([false, 1])
  })
})
