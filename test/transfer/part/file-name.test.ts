import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {fitName, numberName} from '../../../src/transfer/part/file-name.js'

describe('numberName', () => {
  it.each([
    ['a.txt', 'a (2).txt'],
    ['a.tar.gz', 'a (2).tar.gz'],
    ['a.tar', 'a (2).tar'],
    ['a', 'a (2)'],
    ['.profile', '.profile (2)'],
    ['1.2.3.zip', '1.2.3 (2).zip'],
    ['Dr. Jekyll and Mr. Hyde', 'Dr. Jekyll and Mr. Hyde (2)'],
    ['a.', 'a. (2)'],
    ['a (2).txt', 'a (2) (2).txt'],
  ])('puts the number before the extension: %j becomes %j', (name, numbered) => {
    expect(numberName(name, 2)).toBe(numbered)
  })

  it('makes room for the number in a name of full length', () => {
    const numbered = numberName(`${'é'.repeat(125)}.tar.gz`, 12)
    expect(numbered).toMatch(/^é+ \(12\)\.tar\.gz$/)
    expect(Buffer.byteLength(numbered)).toBeLessThanOrEqual(255)
  })
})

describe('fitName', () => {
  it('leaves a name that fits, and cuts a longer one before its extension', () => {
    expect(fitName('abcdef.txt', 10)).toBe('abcdef.txt')
    expect(fitName('abcdefg.txt', 10)).toBe('abcdef.txt')
    expect(fitName('日本語.txt', 10)).toBe('日本.txt')
  })

  it('never cuts a character in two', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), fc.integer({min: 24, max: 60}), (name, maxBytes) => {
        const fitted = fitName(name.toWellFormed(), maxBytes)
        expect(fitted.isWellFormed()).toBe(true)
        expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(Math.max(maxBytes, 0))
      }),
    )
  })
})
