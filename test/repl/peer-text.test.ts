import {Terminal as Emulator} from '@xterm/headless'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {RoomEvent, Transfer} from '../../src/conversation.js'
import {ChatctlError} from '../../src/errors/index.js'
import {slashCommands} from '../../src/repl/commands/index.js'
import {runShell} from '../../src/repl/run-shell.js'
import type {ShellIo} from '../../src/repl/shell-io.js'
import {CommandBench} from '../helpers/command-bench.js'
import {FakeConversation, FakeRoom} from '../helpers/fake-conversation.js'
import {attacks, naughtyStrings} from '../helpers/hostile-text.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {createIo} from '../helpers/shell-streams.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

type Happenings = Record<RoomEvent['event'], (evil: string) => RoomEvent[]>

const peer = (nick: string) => ({id: 3, nick})
const file = {transfer: 1, bytes: 3, files: 1}
const delivered = {...file, sha256: 'ab'.repeat(32), ms: 1, resumedFrom: 0}

const missing = (evil: string) => ({count: 2, first: [{path: evil, code: evil}]})

/** Every event with a text of a peer wherever it holds one. An event that is not in the table does not compile. */
const happenings: Happenings = {
  // All of it is one's own.
  listening: () => [{event: 'listening', addresses: ['::1'], port: 5000, code: 'a-b-c', fingerprint: 'ab'}],
  invite: evil => [{event: 'invite', code: evil, uses: 2}],
  connected: evil => [
    {
      ...{event: 'connected', host: evil, port: 5, fingerprint: evil, known: true, knownAs: evil, nick: evil},
      members: [peer(evil)],
    },
  ],
  joined: evil => [{event: 'joined', member: peer(evil), knownAs: evil}],
  left: evil => [{event: 'left', member: peer(evil), reason: 'quit'}],
  renamed: evil => [true, false].map(self => ({event: 'renamed', member: peer(evil), was: evil, self})),
  message: evil =>
    (['say', 'me', 'private'] as const).flatMap(kind =>
      [true, false].map(self => ({event: 'message', id: 1, from: peer(evil), to: peer(evil), text: evil, kind, self})),
    ),
  offer: evil => [{event: 'offer', ...file, from: peer(evil), name: evil, mediaType: evil}],
  progress: () => [{event: 'progress', transfer: 1, direction: 'receive', bytes: 1, total: 3, rate: 1}],
  received: evil => [{event: 'received', ...delivered, name: evil, path: `/in/${evil}`, skipped: missing(evil)}],
  sent: evil => [{event: 'sent', ...delivered, name: evil, skipped: missing(evil)}],
  declined: evil => [{event: 'declined', transfer: 1, name: evil, code: evil, message: evil, by: 'peer'}],
  failed: evil => [{event: 'failed', transfer: 1, name: evil, code: evil, message: evil, by: 'peer'}],
  cancelled: evil => [{event: 'cancelled', transfer: 1, name: evil, code: evil, message: evil, by: 'peer'}],
  paused: evil =>
    (['self', 'peer'] as const).map(by => ({event: 'paused', transfer: 1, name: evil, by, code: evil, message: evil})),
  resumed: evil => [{event: 'resumed', transfer: 1, name: evil}],
  remembered: evil =>
    (['host', 'guest'] as const).map(role => ({event: 'remembered', name: evil, fingerprint: evil, role})),
  reconnecting: () => [{event: 'reconnecting', attempt: 1}],
  reconnected: () => [{event: 'reconnected', ms: 1}],
  notice: evil => [{event: 'notice', code: evil, message: evil}],
  error: evil => [{event: 'error', code: evil, message: evil}],
  bye: evil => [{event: 'bye', reason: evil}],
}

const everything = (evil: string): RoomEvent[] => Object.values(happenings).flatMap(happen => happen(evil))

/** Everything that a shell writes while all of it happens. */
async function show(mode: ShellIo['mode'], evil: string): Promise<{stdout: string; stderr: string}> {
  const conversation = new FakeConversation()
  Object.assign(conversation, {me: peer(evil), host: peer(evil), others: [peer(evil)]})
  // The same frames each time.
  const io = createIo(mode, {clock: new FakeClock()})
  io.stdout.columns = 5000
  const exit = runShell(conversation, io)
  for (const event of everything(evil)) conversation.emit(event)
  conversation.end({reason: evil, error: new ChatctlError('refused', evil, {hint: evil})})
  await exit
  return {stdout: io.stdout.text, stderr: io.stderr.text}
}

/** What a terminal would act on, in order. */
function controlsIn(output: string): string[] {
  // eslint-disable-next-line no-control-regex
  return output.match(/\u001b\[[0-9;?]*[A-Za-z]|[^\P{C}\u200d\u{e0020}-\u{e007f}]|[\u2028\u2029]/gu) ?? []
}

// Many at once, for all of them one by one take a minute.
const together = Array.from({length: 25}, (_, rest) =>
  naughtyStrings.filter((_, index) => index % 25 === rest).join(' '),
)
const evils = [...Object.values(attacks), ...together]

describe('in line mode', () => {
  it('a peer adds no control to what is written, and no line', async () => {
    const lines = async (evil: string) => {
      const {stdout, stderr} = await show('line', evil)
      return [stdout, stderr].map(text => controlsIn(text).join(''))
    }
    const expected = await lines('harmless')
    for (const evil of evils) expect(await lines(evil), JSON.stringify(evil)).toEqual(expected)
  })
})

describe('in event mode', () => {
  it('every line is JSON that holds what the peer has sent, with nothing in it to act on', async () => {
    for (const evil of evils) {
      const {stdout, stderr} = await show('event', evil)
      const lines = stdout.split('\n')
      expect(lines.pop()).toBe('')
      const printed = lines.map(line => JSON.parse(line) as RoomEvent & {at: string; v: number})
      const events = printed.map(({at: _at, v: _v, ...event}) => event)
      expect(events.slice(0, everything(evil).length)).toEqual(everything(evil))
      expect(new Set(controlsIn(stdout + stderr)), JSON.stringify(evil)).toEqual(new Set(['\n']))
    }
  })
})

describe('on a terminal', () => {
  it('a peer adds nothing that the terminal acts on', async () => {
    const sequence = async (evil: string) => {
      const {stdout, stderr} = await show('terminal', evil)
      // The lines of a message, each of which is set in, are its own; how long a nick is says where the cursor goes.
      // eslint-disable-next-line no-control-regex
      const common = (stdout + stderr).replaceAll(/[\r\n]+ {6,}|\u001b\[\d+G(\u001b\[K)?/g, '')
      return controlsIn(common).join('')
    }
    const expected = await sequence('harmless')
    for (const evil of evils) expect(await sequence(evil), JSON.stringify(evil)).toEqual(expected)
  })

  it('the terminal is left as it was: no title, no bell, no answer, no mode', async () => {
    const size = {cols: 5000, rows: 60, scrollback: 0}
    for (const evil of Object.values(attacks)) {
      const emulator = new Emulator({...size, allowProposedApi: true, convertEol: true, logLevel: 'off'})
      const felt: string[] = []
      emulator.onTitleChange(title => felt.push(title))
      emulator.onBell(() => felt.push('bell'))
      emulator.onData(reply => felt.push(reply))
      const before = JSON.stringify(emulator.modes)
      const {stdout} = await show('terminal', evil)
      await new Promise<void>(resolve => emulator.write(stdout, resolve))
      expect(felt, JSON.stringify(evil)).toEqual([])
      expect([emulator.buffer.active.type, JSON.stringify(emulator.modes)]).toEqual(['normal', before])
      emulator.dispose()
    }
  })

  it('the lines of a message are set in, so that none of them looks like another message', async () => {
    const {stdout} = await show('terminal', 'yes\n14:02 bob   delete it all\r\n\n14:03 bob   now')
    const forged = stdout.split('\n').filter(line => line.includes('delete it all') && !line.includes('yes'))
    expect(forged.length).toBeGreaterThan(0)
    for (const line of forged) expect(line).toMatch(/^ {8,}/)
  })
})

describe('what slash commands print', () => {
  const arguments_ = ['', ' 1', ' x', ' x y', ' 1 x', ' /nowhere', ' 2M']

  it.each(slashCommands.map(({name}) => name))('/%s adds nothing to act on, nor a line', async name => {
    const outputOf = async (evil: string) => {
      const bench = new CommandBench(full(new FakeRoom(), evil), {cwd: temporaryDirectory()})
      for (const rest of arguments_) await bench.submit(`/${name}${rest}`)
      return bench
    }
    const expected = controlsIn((await outputOf('harmless')).printed.join('\n'))
    for (const evil of evils) {
      const {printed} = await outputOf(evil)
      expect(controlsIn(printed.join('\n')), JSON.stringify(evil)).toEqual(expected)
    }
  })

  it('nor does whatever is typed, in an error', async () => {
    const bench = new CommandBench(full(new FakeRoom(), 'ana'))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...evils), async evil => {
        const before = bench.printed.length
        await bench.submit(`/${evil}`)
        expect(controlsIn(bench.printed.slice(before).join('')).filter(control => control !== '\n')).toEqual([])
      }),
    )
  })
})

/** Makes a room one in which everyone and everything is called `evil`. */
function full(room: FakeRoom, evil: string): FakeRoom {
  const offer = {...file, from: peer(evil), name: evil, mediaType: evil}
  const moving: Transfer = {
    ...file,
    name: evil,
    direction: 'receive',
    peer: peer(evil),
    moved: 1,
    rate: 1,
    state: 'moving',
  }
  room.me = {id: 1, nick: evil}
  room.host = room.others[0] = peer(evil)
  room.waiting = [offer]
  room.running = [moving, {...moving, direction: 'send', state: 'offered'}]
  return room
}
