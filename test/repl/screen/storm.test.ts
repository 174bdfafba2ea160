import {describe, expect, it} from 'vitest'
import {runShell} from '../../../src/repl/run-shell.js'
import {charactersOf} from '../../../src/repl/screen/draft.js'
import type {Reflow} from '../../../src/repl/screen/reflow.js'
import {EmulatedTerminal} from '../../helpers/emulated-terminal.js'
import {FakeClock} from '../../helpers/fake-clock.js'
import {bob, FakeConversation} from '../../helpers/fake-conversation.js'
import {createIo} from '../../helpers/shell-streams.js'

const typed = charactersOf('hello wörld 你好世界 😀 é 👩‍👩‍👧‍👦 and שלום עולם, 🇩🇪 to the end')

/** The same numbers each time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) yield (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) >>> 8
}

class Storm {
  readonly clock = new FakeClock()
  readonly conversation = new FakeConversation()
  readonly io
  readonly terminal: EmulatedTerminal
  readonly #numbers: Generator<number, never>
  readonly exit: Promise<number>

  constructor(reflow: Reflow, seed: number) {
    this.io = createIo('terminal', {clock: this.clock, reflow})
    this.#numbers = numbers(seed)
    this.terminal = new EmulatedTerminal(this.io.stdout, reflow)
    this.exit = runShell(this.conversation, this.io)
  }

  below(most: number): number {
    return this.#numbers.next().value % most
  }

  async type(keys: string): Promise<void> {
    this.io.stdin.write(keys)
    await new Promise(resolve => setImmediate(resolve))
  }

  /** The window changes when the terminal has drawn all it was given. */
  async resize(): Promise<void> {
    await this.terminal.resize(20 + this.below(281), 30 + this.below(20))
  }

  async end(): Promise<void> {
    await this.conversation.leave()
    await this.exit
  }
}

/** The line that a row is, and nothing else is in it. */
const lineIn = (row: string) => /^\d\d:\d\d bob +(<\d+>)$/.exec(row)?.[1] ?? row

const without = (text: string) => text.replaceAll(/\s/g, '')

describe.each(['all-but-cursor-row', 'all', 'none'] as const)(
  '2,000 lines, one each 5 ms, in a terminal that wraps %s',
  reflow => {
    it.each([
      {bars: 0, seed: 1},
      {bars: 0, seed: 2},
      {bars: 6, seed: 3},
      {bars: 6, seed: 4},
    ])(
      'with $bars bars, while somebody types and resizes: each once, and nothing else ($seed)',
      async ({bars, seed}) => {
        const storm = new Storm(reflow, seed)
        let written = ''
        for (let line = 0; line < 2000; line++) {
          storm.conversation.hear(bob, `<${line}>`)
          if (line % 10 === 0)
            for (let transfer = 1; transfer <= bars; transfer++)
              storm.conversation.emit({
                ...{event: 'progress', direction: 'send', bytes: line * 1000, total: 2e6, rate: 1e6},
                transfer,
              })
          if (line % 50 === 3 && written.length < 200) {
            const next = typed[storm.below(typed.length)]!
            await storm.type(next)
            written += next
          }
          if (line % 40 === 7) await storm.resize()
          storm.clock.advance(5)
        }
        storm.clock.advance(1000)
        await storm.terminal.show()
        const rows = storm.terminal.lines()
        const block = rows.slice(2000)
        const lines = rows.slice(0, 2000).map(lineIn)
        expect(lines).toEqual(Array.from({length: 2000}, (_, line) => `<${line}>`))
        expect(block.slice(0, bars).every(row => row.startsWith('^ #'))).toBe(true)
        const [first = '', ...others] = block.slice(bars)
        expect(first).toMatch(/^ana> /)
        expect(without([first.slice(5), ...others].join(''))).toBe(without(written))
        await storm.type('\r')
        expect(storm.conversation.said).toEqual([{text: written, kind: 'say'}])
        await storm.end()
      },
    )
  },
)
