import {wordlist} from '@scure/bip39/wordlists/english.js'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {canonicalCode, completeCode, generateCode} from '../../src/security/code.js'

const anyWords = fc.array(fc.constantFrom(...wordlist), {minLength: 3, maxLength: 6})

describe('a code as people type it', () => {
  it.each([
    ['legal-zoo-abandon', 'legal-zoo-abandon'],
    ['legal zoo abandon', 'legal-zoo-abandon'],
    ['  LEGAL - Zoo\tabandon\n', 'legal-zoo-abandon'],
    ['lega zoo aban', 'legal-zoo-abandon'],
    ['legal zoo abando zebra', 'legal-zoo-abandon-zebra'],
    ['0123456789', '0123456789'],
    ['01234 56789', '0123456789'],
    ['012-345-6789', '0123456789'],
  ])('%j is %s', (typed, canonical) => {
    expect(canonicalCode(typed)).toBe(canonical)
  })

  it('is itself once canonical', () => {
    fc.assert(
      fc.property(anyWords, words => {
        expect(canonicalCode(words.join('-'))).toBe(words.join('-'))
      }),
    )
  })

  it('may be cut down to four letters a word, in any case, with any white space between', () => {
    const separator = fc.constantFrom(' ', '-', '  ', ' - ', '\t')
    fc.assert(
      fc.property(anyWords, fc.nat(8), separator, fc.boolean(), (words, extra, between, isUpper) => {
        const typed = words.map(word => word.slice(0, 4 + extra)).join(between)
        expect(canonicalCode(isUpper ? typed.toUpperCase() : typed)).toBe(words.join('-'))
      }),
    )
  })

  it('takes an exact word before a longer one that begins with it', () => {
    expect(canonicalCode('act-age-add')).toBe('act-age-add')
  })
})

describe('what is no code', () => {
  it.each([
    ['', 'at least 3 words: 0 given'],
    ['legal zoo', 'at least 3 words: 2 given'],
    ['012345678', 'exactly ten: 9 given'],
    ['01234567890', 'exactly ten: 11 given'],
    ['leg zoo aba', 'word 3'],
    ['0123456789 zoo legal', 'word 1'],
    ['legal-zoo-abandonment', 'word 3'],
    ['légal-zoo-abandon', 'word 1'],
  ])('%j is refused: %s', (typed, reason) => {
    expect(() => canonicalCode(typed)).toThrow(expect.objectContaining({code: 'bad-code', exitCode: 2}))
    expect(() => canonicalCode(typed)).toThrow(reason)
  })

  it.each([
    ['legla', 'legal'],
    ['abandn', 'abandon'],
    ['zooo', 'zoo'],
    ['qebra', 'zebra'],
  ])('%s is answered with its nearest word, %s', (slip, meant) => {
    expect(() => canonicalCode(`act ${slip} age`)).toThrow(new RegExp(`word 2 .* the nearest are ${meant},`))
  })

  it('never repeats what was typed', () => {
    expect(() => canonicalCode('act \u001B[31mhunter2 age')).not.toThrow(/hunter2/)
  })

  it('is refused quickly even when it is absurdly long', () => {
    expect(() => canonicalCode(`act ${'x'.repeat(1_000_000)} age`)).toThrow('word 2')
  })
})

describe('a generated code', () => {
  it('is canonical and has three words', () => {
    const code = generateCode()
    expect(canonicalCode(code)).toBe(code)
    expect(code.split('-')).toHaveLength(3)
  })

  it('draws from the whole list', () => {
    const seen = new Set(Array.from({length: 8000}, generateCode).flatMap(code => code.split('-')))
    // 24,000 draws leave any one word out with a chance of e^-11.7.
    expect(seen.size).toBeGreaterThan(2040)
  })
})

describe('the completion of a code', () => {
  it.each([
    ['lega', ['legal-'], 'lega'],
    ['LEGA', ['legal-'], 'LEGA'],
    ['legal-zo', ['zone', 'zoo'], 'zo'],
    ['legal zoo', ['zoo-'], 'zoo'],
    [' legal  aban', ['abandon-'], 'aban'],
    ['legal zoo aban', ['abandon'], 'aban'],
    ['legal-xyz', [], 'xyz'],
    ['legal-', [], ''],
    ['', [], ''],
    ['01234', [], '01234'],
  ])('of %j is %j', (typed, completions, word) => {
    expect(completeCode(typed)).toEqual([completions, word])
  })
})
