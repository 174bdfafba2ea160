import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {KeyDecoder, type Keystroke} from '../../../src/repl/screen/key-decoder.js'

const key = (name: string): Keystroke => ({kind: 'key', name})

describe('what a terminal sends', () => {
  it.each<[sent: string, keystrokes: Keystroke[]]>([
    ['h\u00e9llo', [{kind: 'text', text: 'h\u00e9llo'}]],
    ['\u0003', [key('ctrl-c')]],
    ['\u001b[A', [key('up')]],
    ['\u001bOA', [key('up')]],
    ['\u001b[1;5D', [key('ctrl-left')]],
    ['\u001bb', [key('alt-b')]],
    ['\u001b\u007f', [key('alt-backspace')]],
    ['\u001b\r', [key('alt-enter')]],
    ['\u001b\u0003', [key('escape'), key('ctrl-c')]],
    ['\u001b\u0012', [key('escape'), key('ctrl-r')]],
    ['\u001b[I', [{kind: 'focus', hasFocus: true}]],
    [
      '\u001b[200~two\nlines\u001b[A\u001b[201~x',
      [
        {kind: 'paste', text: 'two\nlines\u001b[A'},
        {kind: 'text', text: 'x'},
      ],
    ],
  ])('%j', (sent, keystrokes) => {
    expect(new KeyDecoder().push(sent)).toEqual(keystrokes)
  })

  it('means the same wherever it is cut', () => {
    const pieces = [
      'a',
      '\u4f60',
      '\u001b[A',
      '\u001bf',
      '\u0017',
      '\u001b[200~p\u001b[q\u001b[201~',
      '\u001b[1;5C',
      '\r',
    ]
    const sent = fc.array(fc.constantFrom(...pieces), {maxLength: 20}).map(some => some.join(''))
    fc.assert(
      fc.property(sent, fc.array(fc.nat(100)), (text, cuts) => {
        const [whole, cut] = [new KeyDecoder(), new KeyDecoder()]
        const places = [0, ...cuts.filter(place => place < text.length).sort((a, b) => a - b), text.length]
        const found = places.slice(1).flatMap((end, index) => cut.push(text.slice(places[index], end)))
        expect(joined(found)).toEqual(joined(whole.push(text)))
      }),
    )
  })
})

/** Text that comes in two pieces is the same text. */
function joined(keystrokes: readonly Keystroke[]): Keystroke[] {
  return keystrokes.reduce<Keystroke[]>((all, next) => {
    const last = all.at(-1)
    if (last?.kind !== 'text' || next.kind !== 'text') return [...all, next]
    return [...all.slice(0, -1), {kind: 'text', text: last.text + next.text}]
  }, [])
}
