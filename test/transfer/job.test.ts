import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {deviceDigits, jobOf, partIdOf, partSourceOf, relayedJobOf} from '../../src/transfer/job.js'

const hex = /^[0-9a-f]{32}$/
const partHex = /^[0-9a-f]{48}$/
const text = fc.string({maxLength: 20})

const halvesAlike = (one: string, other: string): boolean[] => [
  one.slice(0, 16) === other.slice(0, 16),
  one.slice(16) === other.slice(16),
]

describe('what a transfer is called so that it can go on', () => {
  it('differs as soon as anything of it does', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(text, text, fc.nat(3)), {minLength: 2, selector: String}), subjects => {
        const ids = subjects.map(([fingerprint, job, bytes]) => partIdOf(fingerprint, job, bytes))
        expect(new Set(ids).size).toBe(new Set(subjects.map(subject => JSON.stringify(subject))).size)
        expect(ids.every(id => partHex.test(id))).toBe(true)
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
    const [one, other] = [1, 2].map(fill => jobOf(Buffer.alloc(32, fill), {what: 'file', state: 'new'}))
    expect(halvesAlike(one!, other!)).toEqual([false, false])
  })

  it('tells by its first half what it was, whatever has become of it, also behind a host', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(text, text), {minLength: 2, maxLength: 2, selector: String}), identities => {
        const [one, other] = identities.map(([what, state]) => jobOf(Buffer.alloc(32, 1), {what, state}))
        const isSame = identities[0]![0] === identities[1]![0]
        const relayed = [one!, other!].map(job => relayedJobOf('ana', job))
        expect([one, other, ...relayed]).toEqual(Array(4).fill(expect.stringMatching(hex)))
        expect(halvesAlike(one!, other!)).toEqual([isSame, false])
        expect(halvesAlike(relayed[0]!, relayed[1]!)).toEqual([isSame, false])
        const parts = [one!, other!].map(job => partSourceOf(partIdOf('bob', job, 1)))
        expect(parts[0] === parts[1]).toBe(isSame)
      }),
    )
  })
})
