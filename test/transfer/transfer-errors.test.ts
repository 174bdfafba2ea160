import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {ChannelResetError} from '../../src/session/channel-errors.js'
import {StopSwitch} from '../../src/transfer/stop-switch.js'
import {declinedThere, failedThere, toTransferError} from '../../src/transfer/transfer-errors.js'

// Each fits the words that a peer may send, and is something that every object has.
const inherited = ['constructor', 'valueof', 'to-string', 'tostring']

describe('the reason of a peer', () => {
  it.each(inherited)('for giving up is only a word to us: %s', word => {
    expect(failedThere(word)).toMatchObject({code: 'peer-failed', exitCode: 6})
    expect(failedThere(word).message).toContain(word)
  })

  it.each(inherited)('for not taking a file is only a word to us: %s', word => {
    expect(declinedThere(word)).toMatchObject({code: 'declined', exitCode: 5})
  })

  it.each(inherited)('for giving up a channel is only a word to us: %s', word => {
    const {error, isKnownThere} = new StopSwitch().explain(new ChannelResetError(word))
    expect([error.code, isKnownThere]).toEqual(['peer-failed', true])
  })

  it.each([
    ['cancelled', 'cancelled'],
    ['digest-mismatch', 'digest-mismatch'],
    ['size-mismatch', 'size-mismatch'],
    ['disk-full', 'peer-failed'],
    ['not-writable', 'peer-failed'],
    ['internal', 'peer-failed'],
  ])('for giving up, %s, is %s here', (word, code) => {
    expect(failedThere(word).code).toBe(code)
    expect(toTransferError(new ChannelResetError(word)).code).toBe(code)
  })

  it.each([
    ['declined', 'declined', 5],
    ['expired', 'no-answer', 5],
    ['unsafe-name', 'unsafe-name', 6],
    ['too-many', 'peer-failed', 6],
    ['disk-full', 'peer-failed', 6],
    ['not-writable', 'peer-failed', 6],
    ['internal', 'peer-failed', 6],
    ['on-fire', 'declined', 5],
  ])('for not taking a file, %s, is %s here', (word, code, exitCode) => {
    expect(declinedThere(word)).toMatchObject({code, exitCode})
  })

  it('is not looked for in an error of ours', () => {
    const ours = new ChatctlError('not-readable', 'cannot read it')
    expect(toTransferError(ours)).toBe(ours)
  })
})
