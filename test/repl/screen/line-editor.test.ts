import {describe, expect, it} from 'vitest'
import {LineEditor} from '../../../src/repl/screen/line-editor.js'
import {Recall} from '../../../src/repl/screen/recall.js'

/** An editor in which lines were entered before. */
function editorAfter(...entered: string[]): LineEditor {
  const recall = new Recall()
  recall.addEarlier(entered)
  return new LineEditor(recall)
}

/** Types `start`, puts the cursor where it has a bar, and presses keys. */
function edit(start: string, ...keys: string[]): string {
  const editor = editorAfter()
  const [before = '', after = ''] = start.split('|')
  editor.paste(after)
  editor.press('ctrl-home')
  editor.paste(before)
  return press(editor, ...keys)
}

function press(editor: LineEditor, ...keys: string[]): string {
  for (const key of keys) editor.press(key)
  return seen(editor)
}

function seen({draft: {text, cursor}}: LineEditor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`
}

const family = '👩‍👩‍👧‍👦'

describe('moving', () => {
  it.each([
    ['ab|', 'left', 'a|b'],
    ['|', 'left', '|'],
    ['a|b', 'ctrl-f', 'ab|'],
    [`a${family}|b`, 'ctrl-b', `a|${family}b`],
    ['a|e\u0301b', 'right', 'ae\u0301|b'],
    ['one two|', 'alt-b', 'one |two'],
    ['one,  two|', 'ctrl-left', 'one,  |two'],
    ['one| two', 'alt-f', 'one two|'],
    ['one\ntwo|', 'ctrl-a', 'one\n|two'],
    ['o|ne\ntwo', 'end', 'one|\ntwo'],
    ['one\ntwo|', 'ctrl-home', '|one\ntwo'],
    ['|one\ntwo', 'alt->', 'one\ntwo|'],
    ['long line\nab|', 'up', 'lo|ng line\nab'],
    ['long li|ne\nab', 'ctrl-n', 'long line\nab|'],
  ])('in %j, %s leads to %j', (start, key, end) => {
    expect(edit(start, key)).toBe(end)
  })
})

describe('removing', () => {
  it.each([
    [`a${family}|b`, 'backspace', 'a|b'],
    ['🇩🇪🇫🇷|', 'ctrl-h', '🇩🇪|'],
    ['a|e\u0301b', 'delete', 'a|b'],
    ['|', 'backspace', '|'],
    ['ab|', 'ctrl-d', 'ab|'],
    ['one| two\nthree', 'ctrl-k', 'one|\nthree'],
    ['one|\nthree', 'ctrl-k', 'one|three'],
    ['one\ntwo| x', 'ctrl-u', 'one\n| x'],
    ['one two/three |', 'ctrl-w', 'one |'],
    ['one two/three|', 'alt-backspace', 'one two/|'],
    ['|one two', 'alt-d', '| two'],
  ])('in %j, %s leaves %j', (start, key, end) => {
    expect(edit(start, key)).toBe(end)
  })
})

describe('exchanging', () => {
  it.each([
    ['ab|', 'ba|'],
    ['a|bc', 'ba|c'],
    [`a${family}|`, `${family}a|`],
    ['a|', 'a|'],
    ['|ab', '|ab'],
  ])('in %j, Ctrl-T leaves %j', (start, end) => {
    expect(edit(start, 'ctrl-t')).toBe(end)
  })
})

describe('the kill ring', () => {
  it('gives back what was killed last', () => {
    expect(edit('one two|', 'ctrl-w', 'ctrl-a', 'ctrl-y')).toBe('two|one ')
  })

  it('takes kills one after another for one, as they stood in the text', () => {
    expect(edit('one two |three', 'ctrl-w', 'ctrl-k', 'ctrl-w', 'ctrl-y', 'ctrl-y')).toBe('one two threeone two three|')
  })

  it('begins another one after any other key', () => {
    expect(edit('one two|', 'ctrl-w', 'left', 'right', 'ctrl-w', 'ctrl-y')).toBe('one |')
  })

  it('goes back to older ones right after a yank, and nowhere else', () => {
    const kills = ['ctrl-w', 'home', 'end', 'ctrl-w', 'ctrl-y'] as const
    expect(edit('one two|', ...kills, 'alt-y')).toBe('two|')
    expect(edit('one two|', ...kills, 'alt-y', 'alt-y')).toBe('one |')
    expect(edit('one two|', ...kills, 'left', 'alt-y')).toBe('one| ')
  })

  it('yanks nothing when nothing was killed', () => {
    expect(edit('ab|', 'ctrl-y', 'alt-y')).toBe('ab|')
  })
})

describe('undo', () => {
  it('takes back a word at a time of what is typed, and each other change by itself', () => {
    const editor = editorAfter()
    for (const character of 'ab cd') editor.type(character)
    editor.press('ctrl-w')
    const steps = Array.from({length: 5}, () => press(editor, 'ctrl-_'))
    expect(steps).toEqual(['ab cd|', 'ab |', 'ab|', '|', '|'])
  })

  it('knows nothing of a line that was entered', () => {
    const editor = editorAfter()
    editor.type('secret')
    expect(editor.take()).toBe('secret')
    expect(press(editor, 'ctrl-_')).toBe('|')
  })
})

describe('the lines that were entered', () => {
  it('come back by Up and Down, with what was being written behind them', () => {
    const editor = editorAfter('one', 'two')
    editor.type('half')
    const steps = ['up', 'up', 'up', 'down', 'down', 'down'].map(key => press(editor, key))
    expect(steps).toEqual(['two|', 'one|', 'one|', 'two|', 'half|', 'half|'])
  })

  it('keep what is made of them, until one is entered', () => {
    const editor = editorAfter('one', 'two')
    press(editor, 'up')
    editor.type('!')
    expect(press(editor, 'up', 'down')).toBe('two!|')
    editor.take()
    expect(press(editor, 'up', 'up')).toBe('two|')
  })

  it('are kept once when one comes twice in a row', () => {
    const editor = editorAfter('one')
    for (const line of ['two', 'two', '  ']) {
      editor.paste(line)
      editor.take()
    }
    expect(press(editor, 'up', 'up')).toBe('one|')
  })
})

describe('a search', () => {
  const searching = (query: string): LineEditor => {
    const editor = editorAfter('/file Notes.txt', '/who', '/file music')
    editor.type('half')
    editor.press('ctrl-r')
    editor.type(query)
    return editor
  }

  it('finds the newest line that has what is typed, then older ones, and newer ones again', () => {
    const editor = searching('file')
    expect(seen(editor)).toBe('/|file music')
    expect(press(editor, 'ctrl-r')).toBe('/|file Notes.txt')
    expect(press(editor, 'ctrl-s')).toBe('/|file music')
  })

  it('finds capital letters by small ones, and not the other way round', () => {
    expect(seen(searching('notes'))).toBe('/file |Notes.txt')
    expect(searching('WHO').search?.isFailing).toBe(true)
  })

  it('begins anew from the newest line when less is looked for, one character at a time', () => {
    const editor = searching('file \u{1F600}')
    press(editor, 'backspace')
    expect(editor.search?.query).toBe('file ')
    expect(press(editor, 'backspace')).toBe('/|file music')
    press(editor, 'ctrl-r')
    expect(press(editor, 'backspace')).toBe('/|file music')
  })

  it('says when there is no more, and goes on with less', () => {
    const editor = searching('whoz')
    expect(editor.search?.isFailing).toBe(true)
    expect(press(editor, 'backspace')).toBe('/|who')
    expect(editor.search?.isFailing).toBe(false)
  })

  it.each(['escape', 'ctrl-g', 'ctrl-c'])('is given up by %s, which leaves what was written', key => {
    const editor = searching('who')
    expect(press(editor, key)).toBe('half|')
    expect(editor.search).toBeUndefined()
  })

  it('ends with Enter, which does not send the line yet', () => {
    const editor = searching('who')
    expect(editor.press('enter')).toBe(true)
    expect(seen(editor)).toBe('/|who')
    expect(editor.search).toBeUndefined()
  })

  it('ends with any other key, which then does what it does', () => {
    expect(press(searching('who'), 'ctrl-e')).toBe('/who|')
    expect(press(searching('who'), 'end', 'ctrl-_')).toBe('half|')
  })
})

describe('a pasted block', () => {
  it('loses the line breaks at its end, and has those within in one form', () => {
    const editor = editorAfter()
    editor.paste('one\r\ntwo\rthree\u2028four\n\n')
    expect(seen(editor)).toBe('one\ntwo\nthree\nfour|')
  })
})
