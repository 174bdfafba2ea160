import {describe, expect, it} from 'vitest'
import {maxPayloadBytes} from '../../src/protocol/frame.js'
import {maxMessageBytes} from '../../src/protocol/messages.js'
import {Inbox} from '../../src/session/inbox.js'
import type {SequencedFrame} from '../../src/session/outbox.js'

const violation = expect.objectContaining({code: 'protocol-violation'}) as Error

function frame(sequence: number, payload: string | Buffer, isContinued = false): SequencedFrame {
  return {sequence, isContinued, payload: Buffer.from(payload as string)}
}

const full = Buffer.alloc(maxPayloadBytes, 'f')

describe('an inbox', () => {
  it('gives out each message as it comes', () => {
    const inbox = new Inbox()
    expect([inbox.take(frame(1, 'one')), inbox.take(frame(2, 'two'))].map(String)).toEqual(['one', 'two'])
    expect(inbox.lastSeen).toBe(2)
  })

  it('puts a message of several frames together', () => {
    const inbox = new Inbox()
    expect(inbox.take(frame(1, full, true))).toBeUndefined()
    expect(inbox.take(frame(2, full, true))).toBeUndefined()
    expect(inbox.take(frame(3, 'end'))).toEqual(Buffer.concat([full, full, Buffer.from('end')]))
    expect(String(inbox.take(frame(4, 'next')))).toBe('next')
  })

  it('drops what came before, in the middle of a message too', () => {
    const inbox = new Inbox()
    inbox.take(frame(1, full, true))
    expect(inbox.take(frame(1, full, true))).toBeUndefined()
    expect(inbox.take(frame(2, 'end'))).toHaveLength(maxPayloadBytes + 3)
    expect(inbox.take(frame(2, 'end'))).toBeUndefined()
    expect(inbox.lastSeen).toBe(2)
  })

  it.each([2, 3, 2 ** 48 - 1])('refuses a gap: message %i as the first', sequence => {
    expect(() => new Inbox().take(frame(sequence, 'late'))).toThrow(violation)
  })

  it('refuses a message that is cut before its frame is full', () => {
    expect(() => new Inbox().take(frame(1, 'short', true))).toThrow(violation)
  })

  it('takes a message of as many bytes as it may have, and none of more', () => {
    const frames = maxMessageBytes / maxPayloadBytes
    const take = (inbox: Inbox, count: number): void => {
      for (let sequence = 1; sequence <= count; sequence++) inbox.take(frame(sequence, full, true))
    }
    const inbox = new Inbox()
    take(inbox, frames - 1)
    expect(inbox.take(frame(frames, full))).toHaveLength(maxMessageBytes)
    const other = new Inbox()
    take(other, frames)
    expect(() => other.take(frame(frames + 1, 'x'))).toThrow(violation)
  })
})
