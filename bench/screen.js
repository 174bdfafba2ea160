#!/usr/bin/env node
// What a screen costs: how often a member wakes and how long it runs while nobody says anything, and while many lines a
// second come in; and how many bytes it writes for a line, and for a key. The real binary on a pseudo-terminal; Linux
// only.
//
//   node bench/screen.js [--seconds 20] [--rate 200] [--json]
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {tmpdir} from 'node:os'
import {parseArgs} from 'node:util'
import {spawn} from '@lydell/node-pty'
import {loadIdentity} from '../build/security/identity.js'
import {chatctl, environment, startGuest, startHost} from './chatctl.js'
import {pause} from './sample.js'
import {inScope, makeDirectory} from './scope.js'
import {printTable} from './statistics.js'

const {values} = parseArgs({
  options: {
    seconds: {type: 'string', default: '20'},
    rate: {type: 'string', default: '200'},
    json: {type: 'boolean', default: false},
  },
})
const seconds = Number(values.seconds)
const rate = Number(values.rate)
/** What a start leaves to be done later is done then. */
const settleMs = 15_000

const result = await inScope(measure)
if (values.json) console.log(JSON.stringify({seconds, rate, ...result}))
else print(result)

async function measure(defer) {
  const directory = makeDirectory(defer, tmpdir())
  const own = nick => ({nick, home: join(directory, nick), out: join(directory, nick)})
  const host = await startHost(defer, own('host'))
  const talker = await startGuest(defer, host, own('talker'))
  const screen = await openScreen(defer, host, own('ana'))
  await pause(settleMs)
  const idle = await spent(screen, () => pause(seconds * 1000))
  const key = await spent(screen, () => typed(screen, 'x'))
  const line = await spent(screen, () => heard(screen, talker, 'a line alone'))
  const busy = await spent(screen, () => flood(screen, talker))
  return {
    idle: {wakes: idle.wakes / idle.s, ms: idle.cpuMs / idle.s, bytes: idle.bytes},
    busy: {wakes: busy.wakes / busy.s, ms: busy.cpuMs / busy.s, bytes: busy.bytes / (rate * seconds)},
    bytesOfKey: key.bytes,
    bytesOfLine: line.bytes,
  }
}

/** A member on a terminal, in a room. */
async function openScreen(defer, {port, code}, {nick, home}) {
  await loadIdentity(home)
  const [program, ...args] = [...chatctl, 'join', `127.0.0.1:${port}`, '--nick', nick]
  const child = spawn(program, args, {
    name: 'xterm-256color',
    cols: 80,
    rows: 24,
    env: {...environment({home, code}), TERM: 'xterm-256color', LANG: 'C.UTF-8'},
  })
  defer(() => child.kill('SIGKILL'))
  let [shown, look] = ['', () => undefined]
  child.onData(data => {
    shown += data
    look()
  })
  const screen = {
    pid: child.pid,
    type: keys => child.write(keys),
    bytes: () => Buffer.byteLength(shown),
    until: (text, behind) =>
      new Promise(resolve => {
        look = () => shown.includes(text, behind) && resolve()
        look()
      }),
    length: () => shown.length,
  }
  await screen.until('ana> ', 0)
  return screen
}

async function typed(screen, key) {
  const behind = screen.length()
  screen.type(key)
  await screen.until(key, behind)
}

async function heard(screen, talker, text) {
  const behind = screen.length()
  talker.act({say: text})
  await screen.until(text, behind)
  // The block below it comes in the same frame.
  await pause(100)
}

async function flood(screen, talker) {
  const began = performance.now()
  const behind = screen.length()
  for (let line = 1; line <= rate * seconds; line++) {
    talker.act({say: `line ${line} of the flood, as long as people write them`})
    const aheadMs = (line * 1000) / rate - (performance.now() - began)
    if (aheadMs > 1) await pause(aheadMs)
  }
  await screen.until(`line ${rate * seconds} of`, behind)
}

/** What a process has spent while something happened. */
async function spent({pid, bytes}, happens) {
  const before = {...countersOf(pid), bytes: bytes(), ms: performance.now()}
  await happens()
  const after = countersOf(pid)
  return {
    s: (performance.now() - before.ms) / 1000,
    wakes: after.wakes - before.wakes,
    cpuMs: after.cpuMs - before.cpuMs,
    bytes: bytes() - before.bytes,
  }
}

/** How often its threads have waited for something so far, and how long they have run. */
function countersOf(pid) {
  const threads = readdirSync(`/proc/${pid}/task`).map(thread => `/proc/${pid}/task/${thread}`)
  const sum = numbers => numbers.reduce((total, number) => total + number, 0)
  const wakesOf = thread => /^voluntary_ctxt_switches:\s+(\d+)$/m.exec(readFileSync(`${thread}/status`, 'utf8'))[1]
  return {
    wakes: sum(threads.map(thread => Number(wakesOf(thread)))),
    cpuMs: sum(threads.map(thread => Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]))) / 1e6,
  }
}

function print({idle, busy, bytesOfKey, bytesOfLine}) {
  printTable(
    ['', 'wakes a second', 'processor ms a second', 'bytes'],
    [
      ['nobody says anything', idle.wakes.toFixed(1), idle.ms.toFixed(2), `${idle.bytes}`],
      [`${rate} lines a second`, busy.wakes.toFixed(0), busy.ms.toFixed(0), `${busy.bytes.toFixed(0)} a line`],
      ['one key', '', '', `${bytesOfKey}`],
      ['one line', '', '', `${bytesOfLine}`],
    ],
  )
}
