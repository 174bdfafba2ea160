import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {codeLimits, Codes, type Remedy} from '../../src/security/codes.js'

const given = 'legal-zoo-abandon'

function countWrong(codes: Codes, count: number, isFlood = true): (Remedy | undefined)[] {
  return Array.from({length: count}, () => codes.countWrong(isFlood))
}

describe('a code that was made', () => {
  it('is good for any number of guests until the next one is made', () => {
    const codes = new Codes()
    const first = codes.current
    expect(first).toMatchObject({uses: Infinity, code: expect.stringMatching(/^[a-z]+-[a-z]+-[a-z]+$/)})
    const second = codes.make()
    expect(codes.current).toBe(second)
    expect(second.code).not.toBe(first?.code)
  })

  it('for some guests is good until they have come, and then none is', () => {
    const codes = new Codes()
    const invite = codes.make(2)
    expect([invite.reserve(), codes.current, invite.reserve(), codes.current]).toEqual([true, invite, true, undefined])
    expect(codes.code).toBe(invite.code)
    invite.giveBack()
    expect(codes.current).toBe(invite)
  })

  it('is replaced by another after ten wrong ones, for as many guests as are left', () => {
    const codes = new Codes()
    const invite = codes.make(3)
    const {code} = invite
    invite.reserve()
    expect(countWrong(codes, 9).some(Boolean)).toBe(false)
    expect(codes.countWrong(true)).toBe('replaced')
    expect(codes.current).toBe(invite)
    expect(invite.code).not.toBe(code)
    expect(invite).toMatchObject({guests: 3, uses: 2})
  })

  it('is replaced once for ten more wrong ones, not for each of them', () => {
    const remedies = countWrong(new Codes(), 30)
    expect(remedies.flatMap((remedy, index) => (remedy ? [index + 1] : []))).toEqual([10, 20, 30])
  })

  it('stays when wrong ones come more slowly than they are forgotten', () => {
    const codes = new Codes()
    const {code} = codes
    expect(countWrong(codes, 99, false).some(Boolean)).toBe(false)
    expect(codes.code).toBe(code)
  })

  it.each([true, false])('is withdrawn after a hundred wrong ones (in a flood: %s), until another is made', isFlood => {
    const codes = new Codes()
    countWrong(codes, 99, isFlood)
    expect(codes.current).toBeDefined()
    expect(codes.countWrong(isFlood)).toBe('withdrawn')
    expect(codes.current).toBeUndefined()
    const invite = codes.make()
    countWrong(codes, 99, isFlood)
    expect(codes.current).toBe(invite)
  })
})

describe('a code that was given', () => {
  it('is never replaced and never withdrawn, only slowed', () => {
    const codes = new Codes(given)
    const remedies = countWrong(codes, 1000)
    expect(new Set(remedies)).toEqual(new Set([undefined, 'slowed']))
    expect(remedies.filter(Boolean)).toHaveLength(1000 / codeLimits.untilReplaced)
    expect(codes.current?.code).toBe(given)
  })

  it('rests while one is good that was made for some guests', () => {
    const codes = new Codes(given)
    const invite = codes.make(1)
    expect(codes.current).toBe(invite)
    invite.reserve()
    expect(codes.current?.code).toBe(given)
  })

  it('is good again at once when another is made for any number of guests', () => {
    const codes = new Codes(given)
    codes.make(5)
    expect(codes.make().code).toBe(given)
    expect(codes.current?.code).toBe(given)
  })

  it('takes the place of one that was withdrawn', () => {
    const codes = new Codes(given)
    codes.make(5)
    expect(countWrong(codes, 100, false).at(-1)).toBe('withdrawn')
    expect(codes.current?.code).toBe(given)
  })
})

type Act = {make: number | undefined} | {isFlood: boolean} | 'reserve' | 'giveBack'

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {weight: 1, arbitrary: fc.record({make: fc.option(fc.integer({min: 1, max: 3}), {nil: undefined})})},
  {weight: 8, arbitrary: fc.record({isFlood: fc.boolean()})},
  {weight: 2, arbitrary: fc.constantFrom('reserve' as const, 'giveBack' as const)},
)

describe('whatever happens', () => {
  it.each([undefined, given])('no code that was made outlives its guesses, and one that was given (%s) stays', code => {
    fc.assert(
      fc.property(fc.array(anyAct, {maxLength: 400}), acts => {
        const codes = new Codes(code)
        const [guessesAt, reserved] = [new Map<string, number>(), [] as {giveBack(): void}[]]
        for (const act of acts) {
          const current = codes.current
          if (act === 'reserve') {
            if (current?.reserve()) reserved.push(current)
          } else if (act === 'giveBack') reserved.pop()?.giveBack()
          else if ('make' in act) codes.make(act.make)
          else if (current) {
            guessesAt.set(current.code, (guessesAt.get(current.code) ?? 0) + 1)
            codes.countWrong(act.isFlood)
          }
          if (code !== undefined) expect(codes.current).toBeDefined()
        }
        guessesAt.delete(code ?? '')
        expect(Math.max(0, ...guessesAt.values())).toBeLessThanOrEqual(codeLimits.untilWithdrawn)
      }),
    )
  })
})
