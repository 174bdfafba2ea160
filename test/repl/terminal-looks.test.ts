import {afterEach, describe, expect, it} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {runShell} from '../../src/repl/run-shell.js'
import type {ShellIo} from '../../src/repl/shell-io.js'
import {toClipboard} from '../../src/ui/clipboard.js'
import {plainLook} from '../../src/ui/look.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {bob, FakeConversation, FakeRoom} from '../helpers/fake-conversation.js'
import {createIo} from '../helpers/shell-streams.js'
import {draw} from '../helpers/terminal.js'

const open: FakeConversation[] = []

/** A shell in a terminal, whose clock a test moves. */
function sit(conversation: FakeConversation = new FakeConversation(), changes: Partial<ShellIo> = {}) {
  const clock = new FakeClock()
  const io = createIo('terminal', {clock, ...changes})
  Object.assign(io.stdout, {columns: 80, rows: 24})
  void runShell(conversation, io)
  open.push(conversation)
  return {
    ...{conversation, io, clock},
    type: async (keys: string): Promise<void> => {
      io.stdin.write(keys)
      for (let turns = 0; turns < 3; turns++) await new Promise(resolve => setImmediate(resolve))
    },
    /** What is seen, once all that is due is drawn. */
    look: async () => {
      clock.advance(50)
      const screen = await draw(io.stdout.text, {columns: 80, rows: 24})
      return {...screen, rows: screen.rows.map(row => row.trimEnd()).filter(row => row !== '')}
    },
  }
}

afterEach(async () => {
  for (const conversation of open.splice(0)) await conversation.leave()
})

describe('a message that the room does not have yet', () => {
  it('is a row above the prompt once it waits, and a line when it has arrived', async () => {
    const {conversation, clock, type, look} = sit()
    let give!: () => void
    conversation.delay = new Promise(resolve => (give = resolve))
    await type('hello\r')
    expect((await look()).rows).toEqual(['ana>'])
    clock.advance(400)
    expect((await look()).rows).toEqual(['… hello', 'ana>'])
    give()
    await type('')
    expect((await look()).rows).toEqual([expect.stringMatching(/^\d\d:\d\d ana {3}hello$/), 'ana>'])
  })
})

describe('the end of a conversation', () => {
  const lost = new ChatctlError('connection-lost', 'the connection to the host is lost')

  it.each(['the host is not found again', 'whoever leaves does not wait'])(
    'shows each message that the room does not have: %s',
    async how => {
      const {conversation, clock, type, look} = sit()
      let lose!: (error: Error) => void
      conversation.delay = new Promise((_, reject) => (lose = reject))
      await type('hello\r\u001b[200~one\ntwo\u001b[201~\r/me waves\r')
      clock.advance(400)
      if (how === 'the host is not found again') lose(lost)
      await conversation.leave()
      await type('')
      const {rows} = await look()
      expect(rows.slice(-4)).toEqual(['not sent: hello', 'not sent: one', 'two', 'not sent: waves'])
    },
  )

  it('shows each line that waits for its turn, and what is half typed', async () => {
    const {conversation, type, look} = sit()
    conversation.delay = new Promise(() => undefined)
    for (let i = 0; i < 64; i++) await type(`${i}\r`)
    await type('/ls\rhello\rhalf ty')
    await conversation.leave()
    await type('')
    expect((await look()).rows.slice(-4)).toEqual([
      'not sent: 63',
      'not sent: /ls',
      'not sent: hello',
      'not sent: half ty',
    ])
  })

  it('shows the lines of a block that was not ended', async () => {
    const {conversation, type, look} = sit()
    await type('/paste\rone\rtwo\r')
    await conversation.leave()
    await type('')
    expect((await look()).rows.slice(-2)).toEqual(['not sent: one', 'two'])
  })

  it('shows nothing of a message that was refused, or has arrived', async () => {
    const {conversation, type, look} = sit()
    await type('hello\r')
    conversation.refusal = new ChatctlError('unknown-member', 'nobody here is called so')
    await type('again\r')
    await conversation.leave()
    await type('')
    expect((await look()).rows.join('\n')).not.toContain('not sent')
  })
})

describe('an act, and what is for one member alone', () => {
  it.each(['/me waves', '/msg bob waves'])(
    'waits as a message does, and what is typed behind it too: %s',
    async line => {
      const {conversation, clock, type, look} = sit()
      let give!: () => void
      conversation.delay = new Promise(resolve => (give = resolve))
      await type(`${line}\r`)
      await type('hello\r')
      clock.advance(400)
      expect((await look()).rows).toEqual(['… waves', '… hello', 'ana>'])
      give()
      await type('')
      expect((await look()).rows.join('\n')).not.toContain('…')
    },
  )
})

describe('a host whom nobody has joined yet', () => {
  it('sees a row that moves until somebody comes', async () => {
    const {conversation, clock, look} = sit(new FakeRoom())
    conversation.emit({event: 'listening', addresses: ['192.168.1.23'], port: 5000, fingerprint: 'f'})
    const {rows} = await look()
    expect(rows.at(-2)).toMatch(/^\S waiting for the first guest$/)
    clock.advance(500)
    expect((await look()).rows.at(-2)).not.toBe(rows.at(-2))
    conversation.emit({event: 'joined', member: bob})
    expect((await look()).rows.slice(-2)).toEqual([expect.stringMatching(/bob joined$/), 'bob>'])
  })
})

describe('a terminal with ASCII only', () => {
  it('gets nothing else, but for what people write', async () => {
    const {conversation, clock, io, look, type} = sit(new FakeRoom(), {
      look: {stdout: {...plainLook, isUnicode: false}, stderr: plainLook},
    })
    conversation.emit({event: 'listening', addresses: ['192.168.1.23'], port: 5000, fingerprint: 'f'})
    conversation.emit({event: 'progress', transfer: 1, direction: 'send', bytes: 1, total: 2, rate: 1})
    conversation.emit({event: 'notice', code: 'x', message: 'one\ntwo'})
    conversation.hear({id: 3, nick: 'zoë'}, 'naïve')
    await type('\u001b[200~a\nb\u001b[201~')
    clock.advance(500)
    const {rows} = await look()
    expect(rows.join('\n')).toMatch(/one\|two\n.*zoë {3}naïve\n/)
    expect(rows.join('\n')).toMatch(/\^ #1 {2}#+-+ +50%/)
    expect(io.stdout.text.replaceAll(/zoë|naïve/g, '')).not.toMatch(/[^\p{ASCII}]/u)
  })
})

describe('the bell', () => {
  const lost = '\u001b[O'
  const found = '\u001b[I'

  it('rings for a mention while the window is not looked at, and only then', async () => {
    const {conversation, type, look} = sit()
    conversation.hear(bob, 'hey ana')
    expect((await look()).bells).toBe(0)
    await type(lost)
    conversation.hear(bob, 'bananas')
    expect((await look()).bells).toBe(0)
    conversation.hear(bob, 'hey Ana!')
    expect((await look()).bells).toBe(1)
    await type(found)
    conversation.hear(bob, 'ana?')
    expect((await look()).bells).toBe(1)
  })

  it('rings for a private message, and never with --no-bell', async () => {
    const ringing = sit()
    await ringing.type(lost)
    ringing.conversation.hear(bob, 'psst', 'private')
    expect((await ringing.look()).bells).toBe(1)
    const still = sit(new FakeConversation(), {hasBell: false})
    await still.type(lost)
    still.conversation.hear(bob, 'ana!')
    expect((await still.look()).bells).toBe(0)
  })

  it('leaves the terminal without reports of where one looks, and nothing typed in the line', async () => {
    const {conversation, io, type, look} = sit()
    await type(`a${lost}${found}b`)
    expect((await look()).rows).toEqual(['ana> ab'])
    await conversation.leave()
    await type('')
    expect(io.stdout.text.lastIndexOf('\u001b[?1004l')).toBeGreaterThan(io.stdout.text.lastIndexOf('\u001b[?1004h'))
  })
})

describe('Alt-C', () => {
  it('copies the join line, and keeps what is half typed', async () => {
    const {io, type, look} = sit(new FakeRoom())
    await type('half\u001bc typed')
    const {rows} = await look()
    expect(rows[0]).toBe('npx chatctl join -h 192.168.1.23')
    expect(rows.at(-1)).toBe('bob> half typed')
    expect(io.stdout.text).toContain(toClipboard('npx chatctl join -h 192.168.1.23'))
  })
})
