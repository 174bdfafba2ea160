import {describe, expect, it} from 'vitest'
import type {Candidate, Completer} from '../../../src/repl/completion.js'
import {InputDesk} from '../../../src/repl/screen/input-desk.js'
import {Recall} from '../../../src/repl/screen/recall.js'
import {createTheme} from '../../../src/ui/theme.js'
import {colourfulLook} from '../../helpers/shell-streams.js'
import {eventLoopTurns} from '../../helpers/until.js'

const size = {columns: 60, rows: 20}

/** The words that may stand at the end of a line. */
const proposing = (...candidates: Candidate[]): Completer => {
  return line => {
    const start = line.lastIndexOf(' ') + 1
    const fitting = candidates.filter(({value}) => value.startsWith(line.slice(start)))
    return Promise.resolve({start, candidates: fitting})
  }
}

const values = (...texts: string[]): Candidate[] => texts.map(value => ({value}))

/** A desk whose keys are typed by a test, and what has come of them. */
class TypingDesk {
  readonly entered: string[] = []
  readonly mistakes: unknown[] = []
  readonly #desk: InputDesk

  constructor(complete: Completer, hint: (line: string) => string = () => '') {
    const nothing = (): void => undefined
    this.#desk = new InputDesk(
      {
        ...{mayEnter: () => true, onSnippet: nothing, onInterrupt: nothing, onEnd: nothing},
        ...{onRedraw: nothing, onSuspend: nothing, onChange: nothing},
        onEnter: text => this.entered.push(text),
        onMistake: error => this.mistakes.push(error),
      },
      {recall: new Recall(), complete, hint, theme: createTheme(colourfulLook)},
    )
  }

  async type(text: string): Promise<void> {
    this.#desk.take({kind: 'text', text})
    await eventLoopTurns(1)
  }

  async press(...names: string[]): Promise<void> {
    for (const name of names) {
      this.#desk.take({kind: 'key', name})
      await eventLoopTurns(1)
    }
  }

  /** What is seen, colours taken away. */
  get rows(): string[] {
    // eslint-disable-next-line no-control-regex
    return this.#desk.layOut('ana', size).rows.map(row => row.replaceAll(/\u001b\[[\d;]*m/g, '').trimEnd())
  }
}

describe('Tab', () => {
  it('puts the only candidate in the place of the word', async () => {
    const desk = new TypingDesk(proposing(...values('/help ', '/quit ')))
    await desk.type('/h')
    await desk.press('tab')
    await desk.type('x')
    expect(desk.rows).toEqual(['ana> /help x'])
  })

  it('completes what all candidates begin with, and lists them', async () => {
    const desk = new TypingDesk(proposing(...values('notes-one.txt', 'notes-two.txt')))
    await desk.type('/file n')
    await desk.press('tab')
    const [first = '', ...list] = desk.rows
    expect(first).toBe('ana> /file notes-')
    expect(list.join(' ')).toMatch(/notes-one\.txt +notes-two\.txt/)
  })

  it('keeps whole characters of what all begin with', async () => {
    const desk = new TypingDesk(proposing(...values('👩‍👩‍👧', '👩‍👩‍👦')))
    await desk.press('tab')
    expect(desk.rows[0]).toBe('ana>')
  })

  it('goes through the list and round again, Shift-Tab back', async () => {
    const desk = new TypingDesk(proposing(...values('one', 'two', 'three')))
    const seen: (string | undefined)[] = []
    await desk.press('tab')
    for (const key of ['tab', 'tab', 'tab', 'tab', 'shift-tab', 'shift-tab']) {
      await desk.press(key)
      seen.push(desk.rows[0])
    }
    expect(seen).toEqual(['one', 'two', 'three', 'one', 'three', 'two'].map(word => `ana> ${word}`))
  })

  it('narrows the list to what is typed on, and takes it away when nothing fits', async () => {
    const desk = new TypingDesk(proposing(...values('one', 'two', 'three')))
    await desk.press('tab')
    await desk.type('t')
    expect(desk.rows.slice(1).join(' ')).toMatch(/^ *two +three$/)
    await desk.type('x')
    expect(desk.rows).toEqual(['ana> tx'])
  })

  it('shows a list until Escape, and leaves the line as it is', async () => {
    const desk = new TypingDesk(proposing(...values('one', 'two')))
    await desk.press('tab', 'tab', 'escape')
    expect(desk.rows).toEqual(['ana> one'])
  })

  it.each([
    ['Ctrl-U', ['ctrl-u']],
    ['Ctrl-W', ['ctrl-w']],
    ['Backspace', ['backspace', 'backspace', 'backspace']],
  ])('takes the list away with the word that it is about: %s', async (_, keys) => {
    const desk = new TypingDesk(proposing(...values('one-a', 'one-b', 'two')))
    await desk.type('one')
    await desk.press('tab')
    expect(desk.rows).toHaveLength(2)
    await desk.press(...keys, 'backspace')
    expect(desk.rows).toEqual(['ana>'])
  })

  it('does nothing where nothing fits', async () => {
    const desk = new TypingDesk(proposing())
    await desk.type('hello')
    await desk.press('tab')
    expect(desk.rows).toEqual(['ana> hello'])
  })

  it('leaves alone what was typed while the answer was on its way', async () => {
    let answer!: (found: Awaited<ReturnType<Completer>>) => void
    const desk = new TypingDesk(() => new Promise(resolve => (answer = resolve)))
    await desk.type('/h')
    await desk.press('tab')
    await desk.type('i')
    answer({start: 0, candidates: values('/help ')})
    await eventLoopTurns(1)
    expect(desk.rows).toEqual(['ana> /hi'])
  })
})

describe('a hint', () => {
  it('stands faintly behind what is typed, and is never sent', async () => {
    const desk = new TypingDesk(proposing(), line => (line === '/msg ' ? 'NICK TEXT' : ''))
    await desk.type('/msg ')
    expect(desk.rows).toEqual(['ana> /msg NICK TEXT'])
    await desk.press('enter')
    expect(desk.entered).toEqual(['/msg '])
  })

  it('goes when the cursor leaves the end', async () => {
    const desk = new TypingDesk(proposing(), () => 'NICK TEXT')
    await desk.type('/msg ')
    await desk.press('left')
    expect(desk.rows).toEqual(['ana> /msg'])
  })
})

describe('a completer that fails', () => {
  const failure = new Error('the disk is gone')

  it('is told of, and what is typed stays', async () => {
    const desk = new TypingDesk(() => Promise.reject(failure))
    await desk.type('/file n')
    await desk.press('tab')
    expect(desk.mistakes).toEqual([failure])
    expect(desk.rows).toEqual(['ana> /file n'])
  })

  it('takes a list away that it cannot narrow', async () => {
    let fails = false
    const propose = proposing(...values('one', 'two'))
    const desk = new TypingDesk((line, cursor) => (fails ? Promise.reject(failure) : propose(line, cursor)))
    await desk.press('tab')
    fails = true
    await desk.type('o')
    expect(desk.mistakes).toEqual([failure])
    expect(desk.rows).toEqual(['ana> o'])
  })
})
