import {describe, expect, it} from 'vitest'
import {asTyped} from '../../src/ui/as-typed.js'

describe('a hint', () => {
  it.each([
    ['chatctl ', '`chatctl peers` lists them, `/peers` too', '`chatctl peers` lists them, `/peers` too'],
    ['npx chatctl ', 'try `chatctl doctor`.', 'try `npx chatctl doctor`.'],
    ['mycli chat ', '`chatctl send-file --to`, or `chatctl host`', '`mycli chat send-file --to`, or `mycli chat host`'],
    ['mycli chat ', '`chatctl plugins remove NAME` takes one away', '`mycli chat plugins remove NAME` takes one away'],
    ['mycli chat:', '`chatctl plugins remove NAME` takes one away', '`mycli chat:plugins:remove NAME` takes one away'],
    ['mycli chat:', '`chatctl receive -o -`', '`mycli chat:receive -o -`'],
    ['mycli chat ', 'a bug of chatctl: run it with DEBUG=chatctl*', 'a bug of chatctl: run it with DEBUG=chatctl*'],
  ])('names commands as they are typed behind %j: %s', (start, hint, typed) => {
    expect(asTyped(hint, start)).toBe(typed)
  })
})
