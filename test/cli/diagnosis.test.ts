import {describe, expect, it} from 'vitest'
import {diagnosisText, worstProblem} from '../../src/cli/diagnosis.js'
import type {Diagnosis} from '../../src/diagnose.js'
import {ChatctlError} from '../../src/errors/index.js'

const surroundings = {chatctl: '1.0.0', node: '20.0.0', openssl: '3.0.0', platform: 'linux-x64', dataDirectory: '/d'}

const diagnosis = (parts: Partial<Diagnosis>): Diagnosis => ({
  ...{fingerprint: 'ab'.repeat(32), addresses: ['192.168.1.23', 'fd00::17'], isReachable: true},
  ...{port: 5000, portState: 'free', problems: []},
  trial: {roundTripMs: 0.42, bytes: 33_554_432, bytesPerSecond: 310_000_000},
  ...parts,
})

describe('the text of a diagnosis', () => {
  it('has a row for each thing that was looked at', () => {
    expect(diagnosisText(diagnosis({}), surroundings)).toBe(
      [
        'versions      chatctl 1.0.0   Node 20.0.0   OpenSSL 3.0.0   linux-x64',
        `this device   ${'ab'.repeat(32)}`,
        'data          /d',
        'addresses     192.168.1.23, fd00::17',
        'port 5000     free',
        'round trip    0.42 ms over loopback',
        'rate          310.0 MB/s over loopback, 33.6 MB verified',
        '',
      ].join('\n'),
    )
  })

  it('says what no network means', () => {
    const text = diagnosisText(diagnosis({addresses: ['127.0.0.1'], isReachable: false}), surroundings)
    expect(text).toContain('addresses     none: without a network only this computer itself can join a room\n')
  })
})

describe('the worst problem', () => {
  it('is one of the disk, then one of the network, then a bug', () => {
    const [bug, network, disk] = (['internal', 'port-in-use', 'disk-full'] as const).map(
      code => new ChatctlError(code, code),
    )
    expect(worstProblem(diagnosis({problems: [bug!, network!, disk!]}))).toBe(disk)
    expect(worstProblem(diagnosis({problems: [bug!, network!]}))).toBe(network)
    expect(worstProblem(diagnosis({}))).toBeUndefined()
  })
})
