import {describe, expect, it, vi} from 'vitest'
import type {RoomEvent} from '../../src/conversation.js'
import {EventHandlers, handlerTimeoutMs, maxRunning, maxWaiting} from '../../src/cli/event-handlers.js'
import {runProgram, type Program, type ProgramEnd} from '../../src/cli/run-program.js'
import {bob} from '../helpers/fake-conversation.js'
import {attacks} from '../helpers/hostile-text.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'

const good: ProgramEnd = {exitCode: 0, isTimedOut: false, complaint: ''}
const message = (text: string, nick = 'bob'): RoomEvent => ({
  event: 'message',
  id: 1,
  from: {id: 1, nick},
  text,
  kind: 'say',
  self: false,
})

function handlersOf(commands: ConstructorParameters<typeof EventHandlers>[0], end: ProgramEnd = good) {
  const ran: Program[] = []
  const warnings: string[] = []
  const ends: (() => void)[] = []
  const handlers = new EventHandlers(commands, program => {
    ran.push(program)
    return new Promise(resolve => ends.push(() => resolve(end)))
  })
  return {
    ran,
    ends,
    warnings,
    handlers,
    happen: (event: RoomEvent) => handlers.observe(event, text => warnings.push(text)),
  }
}

const own = ({env = {}}: Program) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('CHATCTL_') && name !== 'CHATCTL_HOME'))

describe('a command at what happens', () => {
  it('runs at what others say, with what was said in its environment and nowhere else', () => {
    const {ran, happen} = handlersOf({message: ['notify', '--from', 'chatctl']})
    happen(message('$(rm -rf /)\0; `x`', '-n'))
    happen({...message('mine'), self: true} as RoomEvent)
    happen({event: 'joined', member: bob})
    expect(ran).toMatchObject([{command: 'notify', args: ['--from', 'chatctl'], timeoutMs: handlerTimeoutMs}])
    expect(own(ran[0]!)).toEqual({
      CHATCTL_EVENT: 'message',
      CHATCTL_NICK: '-n',
      CHATCTL_ID: '1',
      CHATCTL_TEXT: '$(rm -rf /)\ufffd; `x`',
      CHATCTL_KIND: 'say',
    })
    expect(ran[0]!.env).toHaveProperty('PATH')
  })

  it('runs when somebody joins, and when a file has arrived, whose sender it is told', () => {
    const {ran, happen} = handlersOf({join: ['greet'], file: ['store']})
    happen({event: 'joined', member: bob})
    const file = {transfer: 3, name: 'a.txt', bytes: 5, files: 1}
    happen({event: 'offer', ...file, from: bob, mediaType: 'text/plain'})
    happen({event: 'received', ...file, path: '/tmp/new_a.txt', sha256: 'ab', ms: 1, resumedFrom: 0})
    expect(ran.map(own)).toEqual([
      {CHATCTL_EVENT: 'join', CHATCTL_NICK: 'bob', CHATCTL_ID: '1'},
      {
        CHATCTL_EVENT: 'file',
        CHATCTL_NICK: 'bob',
        CHATCTL_NAME: 'a.txt',
        CHATCTL_PATH: '/tmp/new_a.txt',
        CHATCTL_BYTES: '5',
        CHATCTL_FILES: '1',
        CHATCTL_SHA256: 'ab',
      },
    ])
  })

  it('runs four times at once; 256 wait, and more are left out, which is told once', async () => {
    const {ran, ends, warnings, happen, handlers} = handlersOf({message: ['slow']})
    for (let number = 0; number < maxRunning + maxWaiting + 10; number++) happen(message(String(number)))
    expect(ran).toHaveLength(maxRunning)
    expect(warnings).toEqual(['--on-message: more happens than the command can keep up with; some is left out'])
    const settled = handlers.settled()
    while (ends.length > 0) {
      for (const end of ends.splice(0)) end()
      await new Promise(resolve => setImmediate(resolve))
    }
    await settled
    expect(ran).toHaveLength(maxRunning + maxWaiting)
  })

  it.each<[Partial<ProgramEnd>, string]>([
    [{exitCode: 3, complaint: 'first\nno such device\n'}, 'slow ended with 3: no such device'],
    [{exitCode: null}, 'slow ended with a signal'],
    [{exitCode: null, isTimedOut: true}, 'slow was ended: it took longer than 30 s'],
  ])('that fails is told of: %j', async (end, problem) => {
    const {ends, warnings, happen, handlers} = handlersOf({message: ['slow']}, {...good, ...end})
    happen(message('hi'))
    ends[0]!()
    await handlers.settled()
    expect(warnings).toEqual([`--on-message: ${problem}`])
  })

  const more = {
    'words for a shell': '"; touch pwned; echo $(touch pwned) `touch pwned`',
    'line breaks': 'one\r\ntwo\nCHATCTL_NICK=mallory\n',
    'half a character': 'half \ud800 a character',
    'all that a message can hold': 'x'.repeat(65_536),
  }

  it.each(Object.entries({...attacks, ...more}))(
    'is given what a peer has made to do harm, and gets it as it is: %s',
    async (_, text) => {
      const out = join(temporaryDirectory(), 'out')
      const script = `require('fs').writeFileSync(process.argv[1], JSON.stringify([process.env.CHATCTL_NICK, process.env.CHATCTL_TEXT]))`
      const handlers = new EventHandlers({message: [process.execPath, '-e', script, out]})
      const warnings: string[] = []
      handlers.observe(message(text, text), warning => warnings.push(warning))
      await handlers.settled()
      expect(warnings).toEqual([])
      expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(
        [text, text].map(one => one.replaceAll('\0', '\ufffd').toWellFormed()),
      )
    },
  )
})

describe('a program', () => {
  const node = (script: string, more: Partial<Program> = {}) =>
    runProgram({command: process.execPath, args: ['-e', script], ...more})

  it('ends with its exit code and what it complained of', async () => {
    expect(await node('console.error("no"); console.log("unheard"); process.exitCode = 3')).toEqual({
      exitCode: 3,
      isTimedOut: false,
      complaint: 'no\n',
    })
  })

  it('that takes too long is ended, with what it has started', async () => {
    const child = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], {stdio: 'ignore'})`
    const end = await node(`console.error(${child}.pid)`, {timeoutMs: 1500})
    expect(end.isTimedOut).toBe(true)
    await vi.waitFor(() => expect(isRunning(Number(end.complaint))).toBe(false))
  })

  it('that is none is refused', async () => {
    await expect(runProgram({command: 'no-such-program-here', args: []})).rejects.toMatchObject({
      code: 'bad-argument',
      message: 'cannot run no-such-program-here: there is no such program',
    })
  })

  it('reads no words of a shell', async () => {
    expect(
      await runProgram({
        command: process.execPath,
        args: ['-e', 'process.exitCode = process.argv[1] === "$(x);" ? 0 : 1', '$(x);'],
      }),
    ).toMatchObject({exitCode: 0})
  })
})

/** What is dead and not yet taken away runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
