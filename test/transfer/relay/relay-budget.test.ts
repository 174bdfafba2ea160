import {describe, expect, it} from 'vitest'
import {minChannelWindowBytes} from '../../../src/session/bulk-budget.js'
import {RelayBudget} from '../../../src/transfer/relay/relay-budget.js'

describe('RelayBudget', () => {
  it('shares its bytes evenly among those that run', () => {
    const budget = new RelayBudget(1_000_000)
    const [first, second] = [{heldBytes: 0}, {heldBytes: 0}]
    const leave = budget.enter(first)
    expect(budget.shareOf(first)).toBe(1_000_000)
    budget.enter(second)
    expect(budget.shareOf(first)).toBe(500_000)
    leave()
    expect(budget.shareOf(second)).toBe(1_000_000)
  })

  it('gives nothing out twice, though relays come one after the other and none of them moves', () => {
    const budget = new RelayBudget(1_000_000)
    const relays = Array.from({length: 20}, () => ({heldBytes: 0}))
    for (const relay of relays) {
      budget.enter(relay)
      relay.heldBytes = budget.shareOf(relay)
    }
    const floors = relays.length * minChannelWindowBytes
    expect(relays.reduce((sum, {heldBytes}) => sum + heldBytes, 0)).toBeLessThanOrEqual(1_000_000 + floors)
    expect(budget.shareOf({heldBytes: 0})).toBe(minChannelWindowBytes)
  })
})
