import {describe, expect, it} from 'vitest'
import type {Transfer} from '../../src/conversation.js'
import {comebackText} from '../../src/repl/comeback-text.js'
import {bob} from '../helpers/fake-conversation.js'

const transfer: Transfer = {
  ...{transfer: 1, direction: 'send', name: 'a.zip', peer: bob, bytes: 200, moved: 61, rate: 1, state: 'moving'},
}

describe('who is back', () => {
  it.each([
    [[], 0, 'bob is back after 12 s'],
    [[], 1, 'bob is back after 12 s: 1 message goes out now'],
    [[transfer], 0, 'bob is back after 12 s: 1 transfer goes on at 30%'],
    [[{...transfer, bytes: null}], 0, 'bob is back after 12 s: 1 transfer goes on'],
    [[{...transfer, bytes: 0}], 0, 'bob is back after 12 s: 1 transfer goes on'],
    [[transfer, transfer], 3, 'bob is back after 12 s: 3 messages go out now, 2 transfers go on'],
    [[{...transfer, state: 'offered'}], 0, 'bob is back after 12 s'],
  ] as const)('%j with %i messages', (transfers, waiting, text) => {
    expect(comebackText({host: bob, transfers: () => [...transfers]}, 12_000, waiting)).toBe(text)
  })
})
