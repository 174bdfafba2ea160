#!/usr/bin/env node
// A host under attack: how long an honest member takes to join meanwhile, the round trip of talk between the members
// that are there, and what the host holds in memory and descriptors. Linux only.
//
//   node bench/siege.js [--seconds 3] [--joins 8] [--runs 3] [--only NAME] [--json]
//
// The host is the real binary. The attacker is a process of its own and comes from the host's own address, as the honest
// do, so that no limit for one source tells them apart; but who guesses codes comes from another, for those wait.
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {join as joinPath} from 'node:path'
import {parseArgs} from 'node:util'
import {join} from '../dist/index.js'
import {loadIdentity} from '../build/security/identity.js'
import {attacks} from './attacks.js'
import {startHost} from './chatctl.js'
import {descriptorsOf, memoryOf} from './resources.js'
import {pause, sample} from './sample.js'
import {inScope, makeDirectory, placeFor} from './scope.js'
import {median, percentile, printTable} from './statistics.js'

/** How long an attack goes on before anything is measured: until everything that fills is full. */
const settlingMs = 1000
/** How long a host may take to be as it was: the longest of its deadlines, and a little. */
const recoveryMs = 11_000
/** How long somebody tries to join before the benchmark gives up. */
const patienceMs = 5000

const head = ['under attack by', 'join ms', 'worst', 'failed', 'talk p50', 'p99', 'worst p99']
const resources = ['MB before', 'peak', 'fds before', 'after']

if (process.argv[2] === 'attacker') await attack()
else await measure()

/** Attacks a host until it is killed. */
async function attack() {
  const [given] = await once(process, 'message')
  process.on('disconnect', () => process.exit())
  await attacks[given.name](given)
  process.send('begun')
}

async function measure() {
  const {values} = parseArgs({
    options: {
      seconds: {type: 'string', default: '3'},
      joins: {type: 'string', default: '8'},
      runs: {type: 'string', default: '3'},
      only: {type: 'string'},
      json: {type: 'boolean', default: false},
    },
  })
  const names = Object.keys(attacks).filter(name => values.only === undefined || name === values.only)
  const rows = []
  for (const name of ['nobody', ...names]) {
    const runs = []
    for (let run = 0; run < Number(values.runs); run++) {
      runs.push(await inScope(defer => measureOnce(defer, name, Number(values.seconds) * 1000, Number(values.joins))))
    }
    rows.push({name, runs})
    if (!values.json) console.error(cellsOf(rows.at(-1)).join('  '))
  }
  if (values.json) console.log(JSON.stringify(rows))
  else print(rows)
}

async function measureOnce(defer, name, milliseconds, joins) {
  const directory = makeDirectory(defer, placeFor(2 ** 30))
  const own = {home: joinPath(directory, 'host'), out: joinPath(directory, 'in')}
  const host = await startHost(defer, own)
  host.ignore()
  const enter = async nick => {
    const home = joinPath(directory, nick)
    // Made here: it is no part of joining.
    await loadIdentity(home)
    const options = {home, host: '127.0.0.1', port: host.port, code: host.code, nick, accept: 'none'}
    return joinAtLast(() => join(options))
  }
  const {room: ana} = await enter('ana')
  const roundTrip = talkOf(ana)
  await sample(roundTrip, 300)
  const before = look(host.pid)

  const stop = name === 'nobody' ? () => undefined : await begin(defer, name, host, joinPath(directory, 'mallory'))
  await pause(settlingMs)
  const joined = []
  for (let index = 0; index < joins; index++) {
    const {room, ...joining} = await enter(`guest-${index}`)
    joined.push(joining)
    await room?.leave()
    // Nobody waits for those who come behind one who has given up.
    if (room === undefined) break
  }
  const talk = await sample(roundTrip, milliseconds)
  const {peak} = memoryOf(host.pid)
  stop()
  const after = await recover(host.pid, before.descriptors)
  await ana.leave()
  return {joined, talk: [percentile(talk, 50), percentile(talk, 99)], before, peak, after}
}

/** Joins, and tries again when that fails, as a person would: how long it took, and how often it failed; at last gives up. */
async function joinAtLast(attempt) {
  const began = performance.now()
  for (let failures = 0; ; failures++) {
    try {
      return {room: await attempt(), ms: performance.now() - began, failures}
    } catch {
      const ms = performance.now() - began
      if (ms > patienceMs) return {ms, failures: failures + 1}
    }
  }
}

/** Waits until a host has as few descriptors as before, or its longest deadline has passed. */
async function recover(pid, descriptors) {
  const until = performance.now() + recoveryMs
  while (look(pid).descriptors > descriptors && performance.now() < until) await pause(50)
  return look(pid)
}

/** Starts an attack, and resolves with how to end it once it has begun. */
async function begin(defer, name, {port, code}, home) {
  await loadIdentity(home)
  const attacker = fork(import.meta.filename, ['attacker'])
  const stop = () => void attacker.kill('SIGKILL')
  defer(stop)
  attacker.send({name, port, code, home})
  await once(attacker, 'message')
  return stop
}

function talkOf(room) {
  let heard = () => undefined
  room.subscribe(({event, self}) => {
    if (event === 'message' && self) heard()
  })
  return async () => {
    const began = performance.now()
    const isHeard = new Promise(resolve => (heard = resolve))
    await Promise.all([room.say('x'), isHeard])
    return performance.now() - began
  }
}

function look(pid) {
  return {resident: memoryOf(pid).resident, descriptors: descriptorsOf(pid)}
}

function print(rows) {
  printTable([...head, ...resources], rows.map(cellsOf))
}

function cellsOf({name, runs}) {
  const joined = runs.flatMap(run => run.joined.map(({ms}) => ms))
  const failed = runs.flatMap(run => run.joined.map(({failures}) => failures))
  const [p50s, p99s] = [0, 1].map(index => runs.map(({talk}) => talk[index]))
  const megabytes = bytes => (bytes / 1e6).toFixed(0)
  return [
    name,
    median(joined).toFixed(0),
    Math.max(...joined).toFixed(0),
    String(failed.reduce((sum, failures) => sum + failures, 0)),
    median(p50s).toFixed(1),
    median(p99s).toFixed(1),
    Math.max(...p99s).toFixed(1),
    megabytes(median(runs.map(({before}) => before.resident))),
    megabytes(Math.max(...runs.map(({peak}) => peak))),
    String(median(runs.map(({before}) => before.descriptors))),
    String(Math.max(...runs.map(({after}) => after.descriptors))),
  ]
}
