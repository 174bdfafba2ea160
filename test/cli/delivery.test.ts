import {describe, expect, it} from 'vitest'
import {deliveryJson, sentText, unsentText, worstError} from '../../src/cli/delivery.js'
import {ChatctlError, type ErrorCode} from '../../src/errors/index.js'
import type {SendFileResult, SentFile} from '../../src/send-file.js'

const sent: SentFile = {
  name: 'a.txt',
  path: 'a.txt',
  to: 'bob',
  bytes: 4200,
  files: 1,
  sha256: 'ab'.repeat(32),
  resumedFrom: 0,
  ms: 100,
  status: 'sent',
}

function unsent(code: ErrorCode, name = 'b.txt'): SentFile {
  const error = new ChatctlError(code, `about ${name}`)
  return {...sent, name, status: error.exitCode === 5 ? 'declined' : 'failed', sha256: '', error}
}

const result = (...files: SentFile[]): SendFileResult => ({peer: 'bob', ms: 7, files})

describe('worstError', () => {
  it('is none when everything was sent', () => {
    expect(worstError(result(sent, sent))).toBeUndefined()
  })

  it.each<[ErrorCode, ErrorCode[]]>([
    ['declined', ['declined']],
    ['connection-lost', ['declined', 'connection-lost']],
    ['disk-full', ['declined', 'connection-lost', 'disk-full']],
    ['internal', ['internal']],
  ])('is %s among %j', (worst, codes) => {
    expect(worstError(result(sent, ...codes.map(code => unsent(code))))).toMatchObject({code: worst})
  })
})

describe('the text of a delivery', () => {
  it('has a line for each file that was sent', () => {
    expect(sentText(result(sent, unsent('declined')))).toBe(
      'sent a.txt  4.2 kB in 0.1 s (42.0 kB/s)  sha256 abab...ab\n',
    )
  })

  it('says for whom each was, when not all were for the host', () => {
    const forAna = {...unsent('declined'), to: 'ana\n'}
    expect(sentText(result(sent, forAna))).toMatch(/^sent a\.txt to bob {2}4\.2 kB in /)
    expect(unsentText(result(sent, forAna))).toBe('b.txt to ana⏎ declined: about b.txt\n')
  })

  it('has a line for each that was not, unless it was the only one', () => {
    expect(unsentText(result(sent, unsent('declined'), unsent('disk-full', 'c\u001b.txt')))).toBe(
      'b.txt declined: about b.txt\nc\\u{1b}.txt failed: about c\\u{1b}.txt\n',
    )
    expect(unsentText(result(unsent('declined')))).toBe('')
  })
})

describe('the JSON of a delivery', () => {
  it('says what was sent, to whom and how long it took', () => {
    expect(JSON.parse(deliveryJson(result(sent)))).toEqual({v: 1, ok: true, peer: 'bob', ms: 7, files: [sent]})
  })

  it('says why it failed, and of each file how it ended', () => {
    const declined = unsent('declined')
    const error = {code: 'declined', message: 'about b.txt', suggestions: declined.error?.suggestions}
    expect(JSON.parse(deliveryJson(result(sent, declined), declined.error))).toEqual({
      v: 1,
      ok: false,
      exitCode: 5,
      error,
      peer: 'bob',
      ms: 7,
      files: [sent, {...declined, error}],
    })
  })

  it('says only why, when nothing was offered', () => {
    const error = new ChatctlError('no-code', 'no code was given')
    expect(Object.keys(JSON.parse(deliveryJson(undefined, error)) as object)).toEqual(['v', 'ok', 'exitCode', 'error'])
  })

  it('is one line that no name can break or make a terminal act on', () => {
    const json = deliveryJson(result({...sent, name: 'a\u2028\u009b31m\u202e\n'}))
    expect(json).toMatch(/^[\x20-\x7e]+$/)
    expect(JSON.parse(json)).toMatchObject({files: [{name: 'a\u2028\u009b31m\u202e\n'}]})
  })
})
