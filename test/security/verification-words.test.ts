import {wordlist} from '@scure/bip39/wordlists/english.js'
import {describe, expect, it} from 'vitest'
import {verificationWords} from '../../src/security/verification-words.js'

const [ana, bob, eve] = ['a', 'b', 'e'].map(digit => digit.repeat(64)) as [string, string, string]

describe('the words that two people compare', () => {
  it('are eight of the list, and the same each time', async () => {
    const words = await verificationWords(bob, ana)
    expect(words).toHaveLength(8)
    expect(words.filter(word => !wordlist.includes(word))).toEqual([])
    expect(await verificationWords(bob, ana)).toEqual(words)
  })

  it('are others for another device at either end, and when the two change roles', async () => {
    const all = await Promise.all([
      verificationWords(bob, ana),
      verificationWords(eve, ana),
      verificationWords(bob, eve),
      verificationWords(ana, bob),
    ])
    for (const [index, words] of all.entries()) {
      for (const others of all.slice(index + 1))
        expect(words.filter((word, at) => word === others[at]).length).toBeLessThan(4)
    }
  })

  it('stay what they are from version to version', async () => {
    expect((await verificationWords(bob, ana)).join(' ')).toMatchInlineSnapshot(
      `"anxiety eight tide ranch weasel bean process begin"`,
    )
  })
})
