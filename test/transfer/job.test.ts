import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {deviceDigits, jobOf, partIdOf, relayedJobOf} from '../../src/transfer/job.js'

const hex = /^[0-9a-f]{32}$/
const text = fc.string({maxLength: 20})

describe('what a transfer is called so that it can go on', () => {
  it('differs as soon as anything of it does', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(text, text, fc.nat(3)), {minLength: 2, selector: String}), subjects => {
        const ids = subjects.map(([fingerprint, job, bytes]) => partIdOf(fingerprint, job, bytes))
        expect(new Set(ids).size).toBe(new Set(subjects.map(subject => JSON.stringify(subject))).size)
        expect(ids.every(id => hex.test(id))).toBe(true)
      }),
    )
  })

  it('begins the same for all parts of a device, and for no other device', () => {
    const deviceOf = (fingerprint: string, job: string): string => partIdOf(fingerprint, job, 1).slice(0, deviceDigits)
    expect(deviceOf('ana', 'x')).toBe(deviceOf('ana', 'y'))
    expect(deviceOf('ana', 'x')).not.toBe(deviceOf('bob', 'x'))
  })

  it('is another for each device behind a host, and without meaning to who has not its key', () => {
    const [ana, bob] = [relayedJobOf('ana', 'x'), relayedJobOf('bob', 'x')]
    expect([ana, bob]).toEqual([expect.stringMatching(hex), expect.stringMatching(hex)])
    expect(new Set([ana, bob, 'x']).size).toBe(3)
    expect(jobOf(Buffer.alloc(32, 1), 'file')).not.toBe(jobOf(Buffer.alloc(32, 2), 'file'))
  })
})
