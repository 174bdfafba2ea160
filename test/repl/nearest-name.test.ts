import {describe, expect, it} from 'vitest'
import {nearestName} from '../../src/repl/nearest-name.js'

describe('the nearest name', () => {
  const names = ['help', 'who', 'file', 'offers', 'decline']

  it.each([
    ['hlep', 'help'],
    ['filee', 'file'],
    ['ofers', 'offers'],
    ['declnie', 'decline'],
    ['woh', 'who'],
  ])('of %s is %s', (word, name) => {
    expect(nearestName(word, names)).toBe(name)
  })

  it('is none for a word that is like no other', () => {
    expect(nearestName('zzzzz', names)).toBeUndefined()
    expect(nearestName('xyz', names)).toBeUndefined()
    expect(nearestName('nope', ['code'])).toBeUndefined()
  })

  it('is found at once for a word of any length', () => {
    expect(nearestName('help'.repeat(100_000), names)).toBeUndefined()
  })
})
