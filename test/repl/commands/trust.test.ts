import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../../src/errors/index.js'
import {CommandBench} from '../../helpers/command-bench.js'
import {FakeConversation} from '../../helpers/fake-conversation.js'

const bench = (change: Partial<FakeConversation> = {}) =>
  new CommandBench(Object.assign(new FakeConversation(), change))
const since = '2026-11-22T12:00:00.000Z'
const fingerprint = '9f2c'.padEnd(64, '0')

describe('/peers', () => {
  it('lists the remembered devices: name, fingerprint, last address, since when', async () => {
    const remembered = [
      {name: 'bob', fingerprint, address: {host: 'fd00::17', port: 5000}, since},
      {name: 'ana-laptop', fingerprint, address: {host: '10.0.0.1'}, since},
      {name: '安娜', fingerprint, since},
    ]
    expect((await bench({remembered}).submit('/peers')).split('\n')).toEqual([
      'name         fingerprint   last met at       remembered since',
      'bob          9f2c...00     [fd00::17]:5000   2026-11-22',
      'ana-laptop   9f2c...00     10.0.0.1          2026-11-22',
      '安娜         9f2c...00     -                 2026-11-22',
    ])
  })

  it('says when there is none', async () => {
    expect(await bench().submit('/peers')).toBe('no device is remembered')
  })
})

describe('/forget', () => {
  it('forgets a device', async () => {
    const conversation = new FakeConversation()
    const commands = new CommandBench(conversation)
    expect(await commands.submit('/forget bob')).toBe('bob is forgotten: a code is asked the next time')
    expect(conversation.forgotten).toEqual(['bob'])
  })

  it('shows why it cannot, and takes one name', async () => {
    const refusal = new ChatctlError('unknown-peer', 'no device is remembered as eve')
    expect((await bench({refusal}).refuse('/forget eve')).code).toBe('unknown-peer')
    expect((await bench().refuse('/forget')).code).toBe('bad-argument')
  })
})

describe('/verify', () => {
  it('shows the words to compare', async () => {
    expect(await bench().submit('/verify')).toBe(
      'bob sees the same words after /verify, or somebody sits between you:\n  legal zoo abandon',
    )
    expect(await bench().submit('/verify cem')).toContain('cem sees the same words')
  })

  it('says that the other end is this device, where it is', async () => {
    expect(await bench({words: undefined}).submit('/verify')).toBe('bob is this device')
  })
})
