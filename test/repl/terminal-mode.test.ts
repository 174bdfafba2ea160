import headless from '@xterm/headless'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {runShell} from '../../src/repl/run-shell.js'
import {bob, FakeConversation, FakeRoom} from '../helpers/fake-conversation.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {colourfulLook, createIo} from '../helpers/shell-streams.js'

const up = '\u001b[A'
const left = '\u001b[D'
const paste = (text: string) => `\u001b[200~${text}\u001b[201~`

/** A shell in a terminal emulator of `columns`. */
class Desk {
  readonly conversation: FakeConversation
  readonly clock = new FakeClock()
  readonly io = createIo('terminal', {clock: this.clock, openEditor: text => this.edits(text)})
  edits: (text: string) => Promise<string> = text => Promise.resolve(text)
  readonly terminal: headless.Terminal
  readonly rawModes: boolean[] = []
  readonly exitCode: Promise<number>

  constructor({columns = 80, rows = 24, conversation = new FakeConversation()} = {}) {
    this.conversation = conversation
    this.terminal = new headless.Terminal({cols: columns, rows, scrollback: 5000, allowProposedApi: true})
    this.io.stdout.columns = columns
    this.io.stdout.rows = rows
    this.io.stdin.setRawMode = isRaw => this.rawModes.push(isRaw)
    this.exitCode = runShell(this.conversation, this.io)
  }

  async type(keys: string): Promise<void> {
    this.io.stdin.write(keys)
    await new Promise(resolve => setImmediate(resolve))
  }

  /** Resolves when something has been drawn. */
  async until(find: string): Promise<void> {
    const drawn = this.io.stdout.until(find).then(() => true)
    const waited = async (): Promise<boolean> => {
      this.clock.advance(34)
      await new Promise(resolve => setImmediate(resolve))
      return false
    }
    while (!(await Promise.race([drawn, waited()])));
  }

  /** Everything in the terminal, from the first line that ever was; what the terminal has wrapped is one line. */
  async rows(): Promise<string[]> {
    this.clock.advance(34)
    const output = this.io.stdout.text
    this.io.stdout.text = ''
    await new Promise<void>(resolve => this.terminal.write(output, resolve))
    const buffer = this.terminal.buffer.active
    const lines: string[] = []
    for (let row = 0; row < buffer.length; row++) {
      const line = buffer.getLine(row)!
      lines.push((line.isWrapped ? lines.pop()! : '') + line.translateToString())
    }
    const trimmed = lines.map(line => line.trimEnd())
    return trimmed.slice(0, trimmed.findLastIndex(line => line !== '') + 1)
  }

  /** Where the cursor is: what is before and after it in its row. */
  async atCursor(): Promise<[string, string]> {
    await this.rows()
    const {active} = this.terminal.buffer
    const row = active.getLine(active.baseY + active.cursorY)!
    return [row.translateToString(false, 0, active.cursorX), row.translateToString(true, active.cursorX)]
  }

  async isAsFound(): Promise<boolean> {
    const [before, after] = await this.atCursor()
    const {bracketedPasteMode, wraparoundMode} = this.terminal.modes
    return before + after === '' && !bracketedPasteMode && wraparoundMode && this.rawModes.at(-1) === false
  }
}

const desks: Desk[] = []
function sit(options?: ConstructorParameters<typeof Desk>[0]): Desk {
  const desk = new Desk(options)
  desks.push(desk)
  return desk
}

afterEach(async () => {
  for (const desk of desks.splice(0)) {
    await desk.conversation.leave()
    await desk.exitCode
  }
})

describe('the prompt', () => {
  it('shows what is typed, and the cursor where it is', async () => {
    const desk = sit()
    await desk.type('hello')
    expect(await desk.atCursor()).toEqual(['ana> hello', ''])
    await desk.type(left + left)
    expect(await desk.atCursor()).toEqual(['ana> hel', 'lo'])
  })

  it('sends a line at Enter, and shows it once the room has it', async () => {
    const desk = sit()
    let give!: () => void
    desk.conversation.delay = new Promise(resolve => (give = resolve))
    await desk.type('hello\r')
    expect(await desk.rows()).toEqual(['ana>'])
    give()
    await desk.until('hello')
    expect(await desk.rows()).toEqual([expect.stringMatching(/^\d\d:\d\d ana {3}hello$/), 'ana>'])
    expect(desk.conversation.said).toEqual([{text: 'hello', kind: 'say'}])
  })

  it.each([
    {columns: 80, typed: '你好世界'},
    {columns: 80, typed: 'half typed 👩‍👩‍👧‍👦 and 😀'},
    {columns: 20, typed: '你好世界你好世界你好世界'},
    {columns: 20, typed: 'half typed 😀 in a narrow window 👩‍👩‍👧‍👦 and more'},
  ])('keeps "$typed" at $columns columns while 500 lines come in', async ({columns, typed}) => {
    const desk = sit({columns})
    await desk.type(typed)
    const typedRows = (await desk.rows()).length
    const [before] = await desk.atCursor()
    for (let i = 0; i < 500; i++) desk.conversation.hear(bob, `line ${i} ends`)
    const rows = await desk.rows()
    const text = rows.join('\n')
    for (let i = 0; i < 500; i++) expect(text.split(`line ${i} ends`)).toHaveLength(2)
    expect(rows.filter(row => row.startsWith('ana>'))).toHaveLength(1)
    expect(rows).toHaveLength(500 + typedRows)
    expect(await desk.atCursor()).toEqual([before, ''])
    await desk.type('\r')
    expect(desk.conversation.said).toEqual([{text: typed, kind: 'say'}])
  })

  it('keeps lines that wrap apart from the prompt', async () => {
    const desk = sit({columns: 20})
    await desk.type('half')
    for (let i = 0; i < 50; i++) desk.conversation.hear(bob, `${i}:`.padEnd(10 + i, '数'))
    const rows = await desk.rows()
    expect(rows.filter(row => row.startsWith('ana>'))).toEqual(['ana> half'])
    expect(rows.at(-1)).toBe('ana> half')
    for (let i = 0; i < 50; i++) expect(rows.join('').split(` ${i}:`)).toHaveLength(2)
  })

  it('stays one row in a window that is narrower than is known yet', async () => {
    const desk = sit({columns: 20})
    desk.io.stdout.columns = 40
    await desk.type('abcdefghijklmnopqrstuvwxyz')
    for (let i = 0; i < 10; i++) desk.conversation.hear(bob, `${i}`)
    const rows = await desk.rows()
    expect(rows).toHaveLength(11)
    expect(rows.filter(row => row.startsWith('ana>'))).toHaveLength(1)
  })

  it('wraps a line that is wider than the window', async () => {
    const desk = sit({columns: 20})
    await desk.type('abcdefghijklmnopqrstuvwxyz')
    expect(await desk.rows()).toEqual(['ana> abcdefghijklmn', '     opqrstuvwxyz'])
    expect(await desk.atCursor()).toEqual(['     opqrstuvwxyz', ''])
    await desk.type('\u0001')
    expect(await desk.atCursor()).toEqual(['ana> ', 'abcdefghijklmn'])
  })

  it('shows of very many rows those around the cursor, and marks that there are more', async () => {
    const desk = sit({columns: 20, rows: 10})
    await desk.type('abcdefghijklmn'.repeat(9))
    expect(await desk.rows()).toEqual(['...  abcdefghijklmn', ...Array(3).fill('     abcdefghijklmn')])
    await desk.type('\u0001')
    expect((await desk.rows()).slice(-4)).toEqual([
      'ana> abcdefghijklmn',
      ...Array(2).fill('     abcdefghijklmn'),
      '...  abcdefghijklmn',
    ])
  })

  it('does not let a peer move the cursor or colour the screen', async () => {
    const desk = sit()
    await desk.type('half')
    desk.conversation.hear({id: 3, nick: '\u001b[2Jeve'}, 'a\u001b[5A\u001b[31mred\r\u009b2J')
    desk.conversation.emit({event: 'notice', code: 'x', message: '\u001b[2J'})
    const rows = await desk.rows()
    expect(rows).toHaveLength(3)
    expect(rows[0]).toContain('\\u{1b}[2Jeve')
    expect(rows[2]).toBe('ana> half')
  })

  it('recalls lines with the arrow keys', async () => {
    const desk = sit()
    await desk.type('first\rsecond\r')
    await desk.type(up + up)
    expect(await desk.atCursor()).toEqual(['ana> first', ''])
  })

  it("follows a change of one's nick", async () => {
    const desk = sit()
    await desk.type('/nick zoë\r')
    await desk.until('zoë now')
    expect((await desk.rows()).at(-1)).toBe('zoë>')
  })

  it('follows the width of the window', async () => {
    const desk = sit({columns: 20})
    await desk.type('abcdefghijklmnopqrstuvwxyz')
    await desk.rows()
    desk.terminal.resize(60, 24)
    desk.io.stdout.columns = 60
    desk.io.stdout.emit('resize')
    desk.clock.advance(100)
    expect((await desk.rows()).at(-1)).toBe('ana> abcdefghijklmnopqrstuvwxyz')
  })
})

describe('keys', () => {
  it('Ctrl-C clears the line, and on an empty one says how to leave', async () => {
    const desk = sit()
    await desk.type(`half typed${left}${left}\u0003`)
    expect(await desk.rows()).toEqual(['ana>'])
    await desk.type('\u0003')
    expect(await desk.rows()).toEqual(['Ctrl-D or /quit leaves', 'ana>'])
    expect(desk.conversation.leaves).toBe(0)
  })

  it('Ctrl-D leaves on an empty line, and deletes on any other', async () => {
    const desk = sit()
    await desk.type(`ab${left}\u0004`)
    expect(await desk.rows()).toEqual(['ana> a'])
    await desk.type('\u0003\u0004')
    expect(await desk.exitCode).toBe(0)
    expect(desk.conversation.leaves).toBe(1)
  })

  it('Ctrl-D waits until the room has every message, a second one does not', async () => {
    const desk = sit()
    desk.conversation.delay = new Promise(() => undefined)
    await desk.type('hello\r\u0004')
    expect(desk.conversation.leaves).toBe(0)
    await desk.type('\u0004')
    expect(await desk.exitCode).toBe(0)
  })

  it('Ctrl-L draws a spoilt screen again', async () => {
    const desk = sit()
    await desk.type('half')
    desk.io.stdout.write('\r\nnoise of another program\r\n')
    await desk.type('\u000c')
    expect((await desk.rows()).filter(row => row !== '')).toEqual(['ana> half'])
  })

  it('a pasted block of several lines is one message', async () => {
    const desk = sit()
    await desk.type(paste('one\r\ntwo\r\tthree\n'))
    expect(await desk.rows()).toEqual(['ana> one', '     two', '         three'])
    expect(desk.conversation.said).toEqual([])
    await desk.type('\r')
    expect(desk.conversation.said).toEqual([{text: 'one\ntwo\n\tthree', kind: 'say'}])
    expect((await desk.rows()).map(row => row.slice(6))).toEqual(['ana   one', '      two', '          three', ''])
  })

  it('a pasted block may come one byte at a time', async () => {
    const desk = sit()
    for (const byte of Buffer.from(`${paste('é\nb')}\r`)) desk.io.stdin.write(Buffer.of(byte))
    await desk.type('')
    expect(desk.conversation.said).toEqual([{text: 'é\nb', kind: 'say'}])
  })

  it('a pasted block that begins with a slash is never sent', async () => {
    const desk = sit()
    await desk.type(`${paste('/usr/bin\n/etc')}\r`)
    expect(desk.conversation.said).toEqual([])
    expect(await desk.rows()).toContain('Error: there is no /usr/bin; nothing was sent')
  })

  it('a message that is too long is refused and stays in the editor', async () => {
    const desk = sit()
    await desk.type(`${paste('é'.repeat(32_769))}\r`)
    expect(desk.conversation.said).toEqual([])
    expect((await desk.rows())[0]).toMatch(/^Error: this message is too long/)
    await desk.type('\u007f\r')
    expect(desk.conversation.said).toEqual([{text: 'é'.repeat(32_768), kind: 'say'}])
  })

  it('an unknown command is answered and never sent', async () => {
    const desk = sit()
    await desk.type('/hlep\r')
    expect(await desk.rows()).toEqual([
      'Error: there is no /hlep; nothing was sent',
      expect.stringMatching(/^ {2}Did you mean \/help\?/),
      '  begins with a slash.',
      'ana>',
    ])
    expect(desk.conversation.said).toEqual([])
  })

  it('a line break and a blank line send nothing', async () => {
    const desk = sit()
    await desk.type('\r   \r\n')
    expect(desk.conversation.said).toEqual([])
  })
})

describe('the first screen', () => {
  it('tells a host how others come in', async () => {
    const desk = sit({conversation: new FakeRoom()})
    desk.conversation.emit({
      event: 'listening',
      addresses: ['192.168.1.23', '10.8.0.4', 'fd00::17'],
      port: 5000,
      code: 'legal-zoo-abandon',
      fingerprint: 'f',
    })
    expect(await desk.rows()).toEqual([
      'chatctl 1.0.0   room on port 5000   files go to ~/work',
      '',
      'On the other computer:',
      '',
      '    npx chatctl join -h 192.168.1.23',
      '',
      'Code:  legal-zoo-abandon          /invite makes another',
      '',
      'also at 10.8.0.4 (tun0), fd00::17 (wlan0)',
      'Alt-C copies the line above, /qr shows it as a QR code, /quit closes the room',
      expect.stringMatching(/^\S waiting for the first guest$/),
      'bob>',
    ])
  })

  it.each([
    [1, false, 'also at 10.8.0.4 (tun0)     1 remembered device may enter without it'],
    [2, false, 'also at 10.8.0.4 (tun0)     2 remembered devices may enter without it'],
    [2, true, 'also at 10.8.0.4 (tun0)'],
  ])('tells a host how many devices need no code: %i, codes only: %j', async (count, isCodeOnly, line) => {
    const room = new FakeRoom()
    room.remembered = Array.from({length: count}, (_, index) => ({name: `peer-${index}`, fingerprint: 'f', since: ''}))
    room.isCodeOnly = isCodeOnly
    const desk = sit({conversation: room})
    const addresses = ['192.168.1.23', '10.8.0.4']
    desk.conversation.emit({event: 'listening', addresses, port: 5000, code: 'legal-zoo-abandon', fingerprint: 'f'})
    expect(await desk.rows()).toContain(line)
  })

  it('tells a member under which name the host is remembered, if it is another one', async () => {
    const desk = sit()
    desk.conversation.emit({
      ...{event: 'connected', host: '192.168.1.23', port: 5000, fingerprint: 'f', known: true, knownAs: 'rob'},
      ...{nick: 'ana', members: [bob]},
    })
    expect((await desk.rows())[0]).toBe('connected to bob (192.168.1.23, remembered as rob)   encrypted')
  })

  it('tells a member whom it has reached', async () => {
    const desk = sit()
    const members = [bob, {id: 3, nick: 'carol'}]
    desk.conversation.emit({
      ...{event: 'connected', host: '192.168.1.23', port: 5000, fingerprint: 'f', known: false, nick: 'ana'},
      members,
    })
    expect(await desk.rows()).toEqual([
      'connected to bob (192.168.1.23)   also here: carol   encrypted',
      'Type to talk. /file PATH sends a file. /help lists the commands.',
      'ana>',
    ])
  })
})

describe('a transfer on the screen', () => {
  const offer = {transfer: 1, from: bob, name: 'a\u001b.tar', bytes: 4000, files: 1, mediaType: 'text/x-tar'}
  const done = {
    transfer: 1,
    name: 'a.tar',
    bytes: 4000,
    files: 1,
    sha256: '9f2c'.padEnd(64, '0'),
    ms: 100,
    resumedFrom: 0,
  }

  it('is a row above the prompt while it runs', async () => {
    const desk = sit()
    await desk.type('half')
    desk.conversation.emit({event: 'offer', ...offer})
    desk.conversation.emit({event: 'progress', transfer: 1, direction: 'receive', bytes: 1000, total: 4000, rate: 9e6})
    const rows = await desk.rows()
    expect(rows[0]).toMatch(/bob offers #1 {2}a\\u\{1b\}\.tar {2}4\.0 kB {2}text\/x-tar {3}\/get 1 {3}\/decline 1$/)
    expect(rows[1]).toMatch(/^v a\\u.*█+░+ +25%/)
    expect(rows[2]).toBe('ana> half')
    desk.conversation.emit({event: 'received', ...done, path: '/x/new_a.tar'})
    const after = await desk.rows()
    expect(after[1]).toMatch(/received new_a\.tar {2}4\.0 kB in 0\.1 s \(40\.0 kB\/s\) {2}sha256 9f2c\.\.\.00$/)
    expect(after.slice(2)).toEqual(['ana> half'])
  })

  it("of one's own has its name", async () => {
    const desk = sit()
    await desk.type('/file build.zip\r')
    await desk.until('offered #1')
    desk.conversation.emit({event: 'progress', transfer: 1, direction: 'send', bytes: 1, total: 2, rate: 1})
    expect((await desk.rows())[1]).toMatch(/^\^ build\.zip/)
  })

  it('is answered by its number', async () => {
    const desk = sit()
    await desk.type('/get 1 "other name"\r/decline #2\r')
    expect(desk.conversation.answers).toEqual([
      {transfer: 1, answer: 'accept', as: 'other name'},
      {transfer: 2, answer: 'decline'},
    ])
  })
})

describe('the end', () => {
  it('by /quit leaves the terminal as it was found', async () => {
    const desk = sit()
    await desk.type('/quit\r')
    expect(await desk.exitCode).toBe(0)
    expect(await desk.isAsFound()).toBe(true)
  })

  it('by the host leaves the terminal as it was found, whatever is half typed', async () => {
    const desk = sit()
    await desk.type('half typed')
    desk.conversation.end({reason: 'closed'})
    expect(await desk.exitCode).toBe(0)
    expect(await desk.isAsFound()).toBe(true)
    expect((await desk.rows()).slice(-2)).toEqual([
      expect.stringMatching(/the room is closed$/),
      'not sent: half typed',
    ])
  })

  it('by a lost connection says so in three parts, and exits 6', async () => {
    const desk = sit()
    desk.conversation.end({reason: 'lost', error: new ChatctlError('connection-lost', 'bob is gone')})
    expect(await desk.exitCode).toBe(6)
    expect(desk.io.stderr.text).toMatch(/^Error: bob is gone\n {2}The connection ended/)
    expect(await desk.isAsFound()).toBe(true)
  })

  it('by a closed terminal leaves', async () => {
    const desk = sit()
    desk.io.stdin.end()
    expect(await desk.exitCode).toBe(0)
    expect(desk.conversation.leaves).toBe(1)
  })

  it('by the end of the process leaves the terminal as it was found', async () => {
    const before = process.listeners('exit')
    const desk = sit()
    await desk.type('half typed')
    const [giveBack] = process.listeners('exit').filter(listener => !before.includes(listener))
    giveBack!(1)
    expect(await desk.isAsFound()).toBe(true)
  })

  it('by a bug on the way leaves the terminal as it was found', async () => {
    const conversation = new FakeConversation()
    vi.spyOn(conversation, 'subscribe').mockImplementation(() => {
      throw new Error('a bug')
    })
    const desk = new Desk({conversation})
    await expect(desk.exitCode).rejects.toThrow('a bug')
    expect(await desk.isAsFound()).toBe(true)
  })

  it('leaves no listener behind', async () => {
    const before = process.listenerCount('exit')
    const desk = sit()
    await desk.type('\u0004')
    await desk.exitCode
    expect(process.listenerCount('exit')).toBe(before)
    expect(desk.io.stdin.listenerCount('keypress')).toBe(0)
    expect(desk.io.stdout.listenerCount('resize')).toBe(0)
  })
})

describe('colour', () => {
  const colour = /\p{Cc}\[\d+m/u

  it('is there when the terminal has it, and never otherwise', async () => {
    const colourful = createIo('terminal', {look: {stdout: colourfulLook, stderr: colourfulLook}})
    const conversation = new FakeConversation()
    const exit = runShell(conversation, colourful)
    conversation.hear(bob, 'hello')
    await conversation.leave()
    await exit
    expect(colourful.stdout.text).toMatch(colour)
    const plain = sit()
    plain.conversation.hear(bob, 'hello')
    expect(plain.io.stdout.text).not.toMatch(colour)
  })
})

describe('/edit', () => {
  /** A desk whose editor is open until it is told what was written. */
  async function openEditor() {
    const desk = sit()
    const opened = new Promise<{asFound: boolean; write: (text: string) => void; fail: (error: Error) => void}>(
      open => {
        desk.edits = async () => {
          const asFound = await desk.isAsFound()
          return new Promise((write, fail) => open({asFound, write, fail}))
        }
      },
    )
    await desk.type('/edit Dear all,\r')
    return {desk, ...(await opened)}
  }

  it('lends the terminal as it was found, and takes it back to say what was written', async () => {
    const {desk, asFound, write} = await openEditor()
    expect(asFound).toBe(true)
    write('Dear all, hello\n')
    await desk.until('Dear all, hello')
    expect(desk.conversation.said).toEqual([{text: 'Dear all, hello', kind: 'say'}])
    expect(desk.rawModes.at(-1)).toBe(true)
    await desk.type('x')
    expect(await desk.atCursor()).toEqual(['ana> x', ''])
    expect(desk.terminal.modes.bracketedPasteMode).toBe(true)
  })

  it('shows nothing and hears no key meanwhile, and shows afterwards what has happened', async () => {
    const {desk, write} = await openEditor()
    const before = await desk.rows()
    desk.conversation.emit({event: 'message', id: 7, from: bob, text: 'look', kind: 'say', self: false})
    desk.io.stdout.emit('resize')
    await desk.rows()
    expect(await desk.rows()).toEqual(before)
    expect(desk.io.stdin.listenerCount('data')).toBe(0)
    write('')
    await desk.until('nothing was written')
    expect((await desk.rows()).join('\n')).toMatch(/look/)
  })

  it('takes the terminal back from an editor that has failed, and says so', async () => {
    const {desk, fail} = await openEditor()
    fail(new ChatctlError('bad-argument', 'the editor failed'))
    await desk.until('the editor failed')
    expect(desk.rawModes.at(-1)).toBe(true)
  })

  it('shows what was written in vain, when the room has ended meanwhile', async () => {
    const {desk, write} = await openEditor()
    await desk.conversation.leave()
    desk.conversation.refusal = new ChatctlError('connection-lost', 'the conversation is over')
    write('a long letter\n')
    await desk.exitCode
    expect((await desk.rows()).join('\n')).toContain('this was not sent:\na long letter')
    expect(await desk.isAsFound()).toBe(true)
  })

  it('leaves the terminal to its editor when the room ends, and as it was found after both', async () => {
    const {desk, write} = await openEditor()
    await desk.conversation.leave()
    write('too late')
    await desk.exitCode
    expect(await desk.isAsFound()).toBe(true)
  })
})
