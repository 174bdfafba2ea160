import {expect, it} from 'vitest'
import {reasonOf} from '../../src/errors/index.js'

it.each([
  [new Error('oops\n    at somewhere'), 'oops'],
  ['oops', 'oops'],
  [undefined, 'undefined'],
  [Symbol('oops'), 'Symbol(oops)'],
  [Object.assign(new Error(), {message: 404}), '404'],
  ['o'.repeat(1000), 'o'.repeat(200)],
])('tells %s in a few words', (thrown, reason) => {
  expect(reasonOf(thrown)).toBe(reason)
})

it('tells that something was thrown of which nothing can be read', () => {
  const unreadable = [
    Object.create(null) as unknown,
    Object.defineProperty(new Error(), 'message', {
      get() {
        throw new Error('no message')
      },
    }),
  ]
  for (const thrown of unreadable) expect(reasonOf(thrown)).toBe('what it threw cannot be read')
})
