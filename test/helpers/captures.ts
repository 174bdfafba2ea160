import {PassThrough} from 'node:stream'
import {Guest} from '../../src/cli/guest.js'
import type {RoomEvent} from '../../src/conversation.js'
import {errorText} from '../../src/repl/error-text.js'
import {runShell} from '../../src/repl/run-shell.js'
import {dialError} from '../../src/transport/dial-error.js'
import {plainLook} from '../../src/ui/look.js'
import {createTheme} from '../../src/ui/theme.js'
import {FakeClock} from './fake-clock.js'
import {bob, FakeConversation, FakeRoom} from './fake-conversation.js'
import {createIo, Recorder, type FakeIo} from './shell-streams.js'
import {draw} from './terminal.js'

const theme = createTheme(plainLook)
const size = {columns: 80, rows: 24}

/** Returns the screens that the README shows, by name: what the shell and the prompts draw, seen by an emulator. */
export async function captureScreens(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['host', await captureHost()],
    ['join', await captureJoin()],
    ['talk', await captureTalk()],
    ['error', captureError()],
  ])
}

async function captureHost(): Promise<string> {
  const addresses = ['192.168.1.23', '10.8.0.4', 'fd00::17']
  return captureShell(new FakeRoom(), room => {
    room.emit({event: 'listening', addresses, port: 5000, code: 'legal-zoo-abandon', fingerprint: 'f'})
  }).then(shown => `$ npx chatctl host\n${shown}`)
}

async function captureJoin(): Promise<string> {
  const question = await captureQuestion()
  const shown = await captureShell(new FakeConversation(), room => {
    room.emit(connected)
    room.emit({event: 'remembered', name: 'bob', fingerprint: 'f', role: 'host'})
  })
  return `$ npx chatctl join -h 192.168.1.23\n${question}\n${shown}`
}

/** What is asked, and answered. */
async function captureQuestion(): Promise<string> {
  const [input, output] = [new PassThrough(), new Recorder()]
  const code = new Guest('terminal', {input, output}, theme).code(undefined)
  if (typeof code !== 'function') throw new Error('a person is asked')
  const answer = code()
  await output.until('host: ')
  input.write('legal-zoo-abandon\r')
  await answer
  return seen(output.text)
}

async function captureTalk(): Promise<string> {
  return captureShell(new FakeConversation(), async (room, io, at) => {
    room.hear(bob, 'did you get the build?')
    at(14, 4)
    room.emit({event: 'offer', transfer: 1, from: bob, ...report, mediaType: 'application/pdf'})
    await type(io, '/get 1\r')
    at(14, 5)
    room.emit({event: 'received', transfer: 1, ...report, path: '/home/ana/work/new_report.pdf', ...verified})
    await type(io, '/file backup.tar\r')
    room.emit({event: 'progress', transfer: 1, direction: 'send', bytes: 2.6e9, total: 4.2e9, rate: 98.3e6})
    await type(io, 'and this line is still being typed')
  })
}

function captureError(): string {
  const refused = dialError(Object.assign(new Error(), {code: 'ECONNREFUSED'}), '192.168.1.23:5000')
  return `$ npx chatctl join -h 192.168.1.23\n${errorText(refused, theme, size.columns)}`
}

const frameMs = 50
const report = {name: 'report.pdf', bytes: 4_200_000, files: 1}
const verified = {sha256: `9f2c${'0'.repeat(58)}e1`, ms: 69, resumedFrom: 0}
const connected: RoomEvent = {
  ...{event: 'connected', host: '192.168.1.23', port: 5000, fingerprint: 'f', known: false, nick: 'ana'},
  members: [bob],
}

/** Returns what a shell shows when something has happened in its room. */
async function captureShell<Room extends FakeConversation>(
  room: Room,
  happen: (room: Room, io: FakeIo, at: (hours: number, minutes: number) => void) => Promise<void> | void,
): Promise<string> {
  let now = new Date(2026, 0, 2, 14, 2)
  const clock = new FakeClock()
  const io = createIo('terminal', {today: () => now, clock})
  Object.assign(io.stdout, size)
  const exit = runShell(room, io)
  await happen(room, io, (hours, minutes) => (now = new Date(2026, 0, 2, hours, minutes)))
  await settled()
  clock.advance(frameMs)
  const shown = await seen(io.stdout.text)
  await room.leave()
  await exit
  return shown
}

async function type({stdin}: FakeIo, keys: string): Promise<void> {
  stdin.write(keys)
  await settled()
}

/** Lets the shell do what was asked of it. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise(resolve => setImmediate(resolve))
}

async function seen(output: string): Promise<string> {
  return (await draw(output, size)).rows.join('\n').trimEnd()
}
