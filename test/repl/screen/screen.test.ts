import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {LineEditor} from '../../../src/repl/screen/line-editor.js'
import {Recall} from '../../../src/repl/screen/recall.js'
import type {Reflow} from '../../../src/repl/screen/reflow.js'
import {Screen, type ScreenParts} from '../../../src/repl/screen/screen.js'
import type {ShellIo} from '../../../src/repl/shell-io.js'
import {plainLook} from '../../../src/ui/look.js'
import {createTheme} from '../../../src/ui/theme.js'
import {EmulatedTerminal} from '../../helpers/emulated-terminal.js'
import {FakeClock} from '../../helpers/fake-clock.js'
import {createIo} from '../../helpers/shell-streams.js'

/** What keys send. */
const bytesOf = {
  ...{left: '\u001b[D', right: '\u001b[C', up: '\u001b[A', down: '\u001b[B', home: '\u001b[H', end: '\u001b[F'},
  ...{delete: '\u001b[3~', backspace: '\u007f', enter: '\r', 'alt-enter': '\u001b\r', 'ctrl-c': '\u0003'},
  ...{'ctrl-k': '\u000b', 'ctrl-u': '\u0015', 'ctrl-w': '\u0017', 'ctrl-y': '\u0019', 'ctrl-t': '\u0014'},
  ...{'ctrl-_': '\u001f', 'alt-b': '\u001bb', 'alt-f': '\u001bf', 'alt-d': '\u001bd', 'alt-y': '\u001by'},
} as const

type Step =
  | {type: string}
  | {paste: string}
  | {press: keyof typeof bytesOf}
  | {print: string}
  | {bars: number}
  | {resize: {columns: number; rows: number}}
  | {look: number}

/** Parts of one that is joined are alike: this emulator mixes them up when it wraps rows. */
const characters = ['a', 'b7', 'wörd', ' ', '你', '😀', 'e\u0301', '👩‍👩‍👩‍👩', '👍🏽', '🇩🇪', 'ש', 'ไทย', 'नि', '~']

const text = fc
  .array(fc.constantFrom(...characters), {minLength: 1, maxLength: 12, size: 'max'})
  .map(several => several.join(''))

const block = fc.array(text, {minLength: 1, maxLength: 4}).map(lines => lines.join('\n'))

const columns = fc.oneof(fc.integer({min: 20, max: 120}), fc.constantFrom(20, 21, 80, 300))

const step: fc.Arbitrary<Step> = fc.oneof(
  {weight: 5, arbitrary: fc.record({type: text})},
  {weight: 1, arbitrary: fc.record({paste: block})},
  {weight: 5, arbitrary: fc.record({press: fc.constantFrom(...(Object.keys(bytesOf) as (keyof typeof bytesOf)[]))})},
  {weight: 3, arbitrary: fc.record({print: text})},
  {weight: 1, arbitrary: fc.record({bars: fc.integer({min: 1, max: 5})})},
  {weight: 3, arbitrary: fc.record({resize: fc.record({columns, rows: fc.integer({min: 24, max: 40})})})},
  {weight: 4, arbitrary: fc.record({look: fc.integer({min: 0, max: 50})})},
)

/** More rows are not shown of what is written. */
const maxInputRows = 10

function createScreen(io: ShellIo, parts: Partial<ScreenParts> = {}): Screen {
  const nothing = (): void => undefined
  return new Screen(io, {
    theme: createTheme(plainLook),
    complete: () => Promise.resolve({start: 0, candidates: []}),
    ...{hint: () => '', nick: () => 'ana', bars: () => [], shortcuts: new Map(), mayEnter: () => true},
    ...{onEnter: nothing, onSnippet: nothing, onInterrupt: nothing, onEnd: nothing, onMistake: nothing},
    ...parts,
  })
}

/** A screen on a terminal, and beside it an editor that has no screen, and a list of what was printed. */
class Pair {
  readonly #entered: string[] = []
  readonly #expected: string[] = []
  readonly #printed: string[] = []
  readonly #model = new LineEditor(new Recall())
  readonly #clock = new FakeClock()
  readonly #io
  readonly #terminal: EmulatedTerminal
  readonly #screen: Screen
  #bars = 1
  /** Whether rows of what stays below have scrolled away, where nothing can erase them. */
  #isTorn = false
  readonly #reflow: Reflow

  constructor(reflow: Reflow) {
    this.#reflow = reflow
    this.#io = createIo('terminal', {clock: this.#clock, reflow})
    this.#terminal = new EmulatedTerminal(this.#io.stdout, reflow)
    this.#screen = createScreen(this.#io, {
      bars: width =>
        Array.from({length: this.#bars}, (_, bar) => `^ ${bar} 你.tar`.padEnd(Math.min(60, width - 1), '#')),
      onEnter: line => this.#entered.push(line),
    })
    this.#screen.open()
  }

  async take(step: Step): Promise<void> {
    if ('look' in step) await this.#look(step.look)
    else if ('print' in step) this.#print(`${this.#printed.length}:${step.print}`)
    else if ('bars' in step) this.#bars = step.bars
    else if ('resize' in step) await this.#resize(step.resize)
    else await this.#type(step)
  }

  async close(): Promise<void> {
    await this.#screen.close()
    this.#terminal.dispose()
  }

  /** What is drawn within some milliseconds, and then in time, is all that there is. */
  async #look(ms: number): Promise<void> {
    this.#clock.advance(ms)
    this.#screen.draw()
    this.#clock.advance(1000)
    await this.#terminal.show()
    this.#compareAbove()
    this.#compareWritten()
    expect(this.#entered).toEqual(this.#expected)
  }

  #compareAbove(): void {
    const all = this.#terminal.lines().map(squeeze)
    const last = all.findLastIndex(line => line.startsWith('^'))
    const printed = this.#printed.map(squeeze)
    if (this.#isTorn) return expect(all.filter(line => printed.includes(line))).toEqual(printed)
    const [lines, bars] = [all.slice(0, printed.length), all.slice(printed.length, last + 1)]
    expect(lines.map((line, index) => this.#lineIn(line, printed[index]!))).toEqual(printed)
    expect(bars.map(row => row.replace(/#+.*$/, '#'))).toEqual(
      Array.from({length: this.#bars}, (_, bar) => `^${bar}你.tar#`),
    )
  }

  /** Where rows are cut, what is left of a line is still in its order. */
  #lineIn(shown: string, line: string): string {
    return this.#reflow === 'none' && isLeftOf(line, shown) ? line : shown
  }

  /** A window is made no smaller than what stays below; the emulator may scroll that away all the same. */
  async #resize({columns, rows}: {columns: number; rows: number}): Promise<void> {
    await this.#terminal.show()
    let wide = columns
    while (this.#terminal.rowsNeeded('^ 0', wide) > rows) wide += 5
    await this.#terminal.resize(wide, rows)
    this.#isTorn ||= !this.#terminal.holds('^ 0')
  }

  #compareWritten(): void {
    const {rows, beforeCursor} = this.#terminal.rowsBelow('^')
    const [written, beforeIt] = [withoutMargin(rows), withoutMargin(beforeCursor)]
    const {text, cursor} = this.#model.draft
    const before = squeeze(text.slice(0, cursor))
    const count = rows.findLastIndex(row => row !== '') + 1
    if (count < maxInputRows) expect([written, beforeIt]).toEqual([squeeze(text), before])
    else {
      expect(squeeze(text)).toContain(written)
      expect(before.endsWith(beforeIt), `${before} to end with ${beforeIt}`).toBe(true)
    }
  }

  #print(line: string): void {
    this.#printed.push(line)
    this.#screen.print(line)
  }

  async #type(step: {type: string} | {paste: string} | {press: keyof typeof bytesOf}): Promise<void> {
    if ('type' in step) this.#model.type(step.type)
    else if ('paste' in step) this.#model.paste(step.paste)
    else this.#press(step.press)
    this.#io.stdin.write(
      'type' in step ? step.type : 'paste' in step ? `\u001b[200~${step.paste}\u001b[201~` : bytesOf[step.press],
    )
    await new Promise(resolve => setImmediate(resolve))
  }

  #press(key: string): void {
    if (key === 'enter') this.#expected.push(this.#model.take())
    else if (key !== 'ctrl-c') this.#model.press(key)
    else if (this.#model.draft.text !== '') this.#model.clear()
  }
}

/** Blanks are left out: where a row ends nobody sees them. */
const squeeze = (text: string) => text.replaceAll(/\s/g, '')

/** Whether characters were taken from a line, and nothing else happened to it. */
function isLeftOf(line: string, shown: string): boolean {
  let place = line.indexOf(':')
  const start = line.slice(0, place)
  const isInOrder = (character: string) => (place = line.indexOf(character, place) + 1) > 0
  return shown.startsWith(start) && Array.from(shown.slice(start.length)).every(isInOrder)
}

const withoutMargin = (rows: readonly string[]) => squeeze(rows.map(row => row.slice('ana> '.length)).join(''))

describe.each(['all', 'all-but-cursor-row', 'none'] as const)('in a terminal that wraps %s', reflow => {
  it('a screen holds what an editor without one holds, and each printed line once, whatever happens in which order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, {minLength: 20, maxLength: 120, size: 'max'}), async steps => {
        const pair = new Pair(reflow)
        try {
          for (const each of steps) await pair.take(each)
          await pair.take({look: 0})
        } finally {
          await pair.close()
        }
      }),
      // Each example is long: to make a shorter one of it would take longer than all of them.
      {numRuns: 25, endOnFailure: true},
    )
  })
})

it.each(['all', 'none'] as const)(
  'a window that is dragged, and wraps %s, is drawn on when it has come to rest',
  reflow => {
    const clock = new FakeClock()
    const io = createIo('terminal', {clock, reflow})
    const screen = createScreen(io)
    screen.open()
    io.stdout.text = ''
    for (const columns of [70, 60, 50]) {
      io.stdout.columns = columns
      io.stdout.emit('resize')
      screen.print('a line')
      clock.advance(79)
    }
    expect(io.stdout.text).toBe('')
    clock.advance(1)
    expect(io.stdout.text.match(/a line/g)).toHaveLength(3)
    void screen.close()
  },
)
