import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {messageBlock, messageLine, type MessageEvent} from '../../src/repl/message-text.js'
import {plainLook} from '../../src/ui/look.js'
import {createTheme} from '../../src/ui/theme.js'
import {ana, bob} from '../helpers/fake-conversation.js'

const plain = createTheme(plainLook)
const at = new Date(2026, 0, 2, 14, 2)
const message = (changes: Partial<MessageEvent>): MessageEvent => ({
  ...{event: 'message', id: 1, from: bob, text: 'hello', kind: 'say', self: false},
  ...changes,
})

describe('a message as a line', () => {
  it.each([
    ['say', 'bob: hello'],
    ['me', '* bob hello'],
    ['private', '[bob] hello'],
  ] as const)('of the kind %s', (kind, line) => {
    expect(messageLine(message({kind}))).toBe(line)
  })

  it('shows line breaks inside, so that no line can be forged', () => {
    expect(messageLine(message({text: 'one\neve: two\r\nthree'}))).toBe('bob: one⏎eve: two⏎three')
  })

  it('is one line, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), fc.string({unit: 'binary'}), (nick, text) => {
        expect(messageLine(message({from: {id: 2, nick}, text}))).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})

describe('a message on a screen', () => {
  it.each([
    [message({}), '14:02 bob   hello'],
    [message({kind: 'me', text: 'waves'}), '14:02 * bob   waves'],
    [message({kind: 'private'}), '14:02 [bob]   hello'],
    [message({kind: 'private', from: ana, to: bob, self: true}), '14:02 [to bob]   hello'],
    [message({text: 'one\ntwo'}), '14:02 bob   one\n            two'],
    [message({from: {id: 3, nick: '小明'}, text: 'one\ntwo'}), '14:02 小明   one\n             two'],
  ])('shows who says what', (event, text) => {
    expect(messageBlock(event, at, plain, 'ana')).toBe(text)
  })

  it('shows what a terminal would act on', () => {
    const text = messageBlock(
      message({from: {id: 2, nick: 'e\u001b[0mve'}, text: '\u001b]0;x\u0007'}),
      at,
      plain,
      'ana',
    )
    expect(text).toBe('14:02 e\\u{1b}[0mve   \\u{1b}]0;x\\u{7}')
  })

  it("highlights the reader's nick in what others say", () => {
    const theme = {...plain, mention: (text: string) => `<${text}>`}
    const named = message({text: 'Ana, and ana-2:\nana'})
    expect(messageBlock(named, at, theme, 'ana')).toBe('14:02 bob   <Ana>, and ana-2:\n            <ana>')
    expect(messageBlock(message({text: 'ana', from: ana, self: true}), at, theme, 'ana')).toBe('14:02 ana   ana')
  })

  it('has a mark where the reader is named and nothing is coloured', () => {
    expect(messageBlock(message({text: 'ana: one\ntwo'}), at, plain, 'ana')).toBe(
      '14:02 bob ! ana: one\n            two',
    )
    expect(messageBlock(message({text: 'ana', from: ana, self: true}), at, plain, 'ana')).toBe('14:02 ana   ana')
    const coloured = messageBlock(message({text: 'ana'}), at, createTheme({...plainLook, colors: 256}), 'ana')
    expect(coloured).not.toContain('!')
  })

  it('is coloured by the theme alone', () => {
    expect(messageBlock(message({}), at, createTheme({...plainLook, colors: 256}), 'ana')).toContain('\u001b[')
  })
})
