#!/usr/bin/env node
// Rate of one file, from the start of the program that sends it until it has arrived: `chatctl send-file` to a running
// `chatctl host`, beside scp to an SSH server of its own where one is installed, and cp, which only copies.
//
//   node bench/file.js [--mib 1024] [--runs 5] [--dir /dev/shm] [--json]
//
// Random bytes, from --dir to --dir. In each run all take their turn, so that a ratio compares neighbours.
import {spawn} from 'node:child_process'
import {randomFillSync} from 'node:crypto'
import {once} from 'node:events'
import {closeSync, mkdirSync, openSync, rmSync, statSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {loadIdentity} from '../dist/security/identity.js'
import {chatctl, environment, startHost} from './chatctl.js'
import {inScope, makeDirectory, placeFor} from './scope.js'
import {startSshServer} from './ssh-server.js'
import {median, printTable} from './statistics.js'

const bestCipher = 'aes128-gcm@openssh.com'
const yardstick = `scp ${bestCipher}`

const {values} = parseArgs({
  options: {
    mib: {type: 'string', default: '1024'},
    runs: {type: 'string', default: '5'},
    dir: {type: 'string'},
    json: {type: 'boolean', default: false},
  },
})
const mib = Number(values.mib)
const rows = await inScope(measure)
if (values.json) console.log(JSON.stringify({mib, rows}))
else print()

async function measure(defer) {
  const directory = makeDirectory(defer, values.dir ?? placeFor(2 * mib * 2 ** 20))
  const source = join(directory, 'file')
  writeRandom(source)
  const candidates = [
    await chatctlCandidate(defer, directory),
    ...(await scpCandidates(defer, directory)),
    {name: 'cp', command: target => ['cp', source, target]},
  ]
  const rates = candidates.map(() => [])
  for (let run = 0; run < Number(values.runs); run++) {
    for (const [index, candidate] of candidates.entries()) rates[index].push(await rateOf(directory, candidate))
  }
  const reference = rates[candidates.findIndex(({name}) => name === yardstick)]
  return candidates.map(({name}, index) => ({
    name,
    rate: median(rates[index]),
    toScp: reference && median(rates[index].map((rate, run) => rate / reference[run])),
    rates: rates[index],
  }))
}

async function chatctlCandidate(defer, directory) {
  const home = join(directory, 'ana')
  await loadIdentity(home)
  const out = join(directory, 'in')
  const {port, code} = await startHost(defer, {home: join(directory, 'host'), out})
  return {
    name: 'chatctl send-file',
    arrives: join(out, 'new_file'),
    command: () => [...chatctl, 'send-file', '--quiet', '--to', `127.0.0.1:${port}`, join(directory, 'file')],
    env: environment({home, code}),
  }
}

async function scpCandidates(defer, directory) {
  const keys = join(directory, 'ssh')
  mkdirSync(keys)
  const server = await startSshServer(defer, keys)
  if (server === undefined) {
    console.error('no SSH server is installed here: scp is left out')
    return []
  }
  const command = cipher => target => [...server.scp, ...cipher, join(directory, 'file'), `${server.place}:${target}`]
  return [
    {name: yardstick, command: command(['-c', bestCipher])},
    {name: 'scp', command: command([])},
  ]
}

/** Megabytes a second of one copy, which is removed again. */
async function rateOf(directory, {command, arrives = join(directory, 'copy'), env = process.env}) {
  const began = performance.now()
  await runToItsEnd(command(arrives), env)
  const elapsed = performance.now() - began
  const {size} = statSync(arrives)
  if (size !== mib * 2 ** 20) throw new Error(`${arrives} has ${size} bytes`)
  rmSync(arrives)
  return size / elapsed / 1000
}

function runToItsEnd([program, ...args], env) {
  return inScope(async defer => {
    const child = spawn(program, args, {env, stdio: ['ignore', 'ignore', 'inherit']})
    defer(() => child.kill('SIGKILL'))
    const [exitCode] = await once(child, 'exit')
    if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${exitCode}`)
  })
}

function writeRandom(path) {
  const piece = Buffer.alloc(2 ** 20)
  const file = openSync(path, 'w')
  for (let index = 0; index < mib; index++) writeSync(file, randomFillSync(piece))
  closeSync(file)
}

function print() {
  printTable(
    ['', 'MB/s', 'slowest', 'fastest', 'to scp'],
    rows.map(({name, rate, rates, toScp}) => [
      name,
      rate.toFixed(0),
      Math.min(...rates).toFixed(0),
      Math.max(...rates).toFixed(0),
      toScp?.toFixed(2) ?? '',
    ]),
  )
}
