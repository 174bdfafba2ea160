#!/usr/bin/env node
// Round trip of a message in a busy room: a host and three members, each a process of its own. Ana talks, at first
// while nothing else happens, then while six files move, three each way: all between ana and the host, or, with --mix
// all, between ana and the host, bob and the host, and, by relay, ana and cid. Beside it, what each of the six gets.
//
//   node bench/room.js [--seconds 5] [--runs 5] [--mib 1280] [--mix one|all] [--link 100mbit]
//        [--dir /dev/shm] [--json]
//
// With --link each process is a computer with such a link of its own to a switch, made of network namespaces: that
// needs root, and iproute2. The files are all hole where they come from; where they arrive, in --dir, they take six
// times --mib at most, and are removed after each run.
import {once} from 'node:events'
import {mkdirSync, readdirSync, statSync, truncateSync, writeFileSync} from 'node:fs'
import {join as joinPath} from 'node:path'
import {parseArgs} from 'node:util'
import {host, join} from '../dist/index.js'
import {keepYoungHeapSmall} from '../build/cli/young-heap.js'
import {loadIdentity} from '../build/security/identity.js'
import {makeComputers} from './link.js'
import {inScope, makeDirectory, placeFor, startProcess} from './scope.js'
import {pause, sample} from './sample.js'
import {median, printTable, summary} from './statistics.js'

const nicks = ['host', 'ana', 'bob', 'cid']
const mixes = {
  // All six on one connection, which has to be fair among them.
  one: [
    ['ana', 'host'],
    ['ana', 'host'],
    ['ana', 'host'],
  ],
  // Over three connections and a relay: what each connection gets is up to TCP and to the processors.
  all: [
    ['ana', 'host'],
    ['bob', 'host'],
    ['ana', 'cid'],
  ],
}
const flowsOf = mix =>
  mixes[mix].flatMap(([one, other], index) => [
    {from: one, to: other, name: `${index + 1} ${one} to ${other}`},
    {from: other, to: one, name: `${index + 1} ${other} to ${one}`},
  ])

/**
 * How long ana talks before anything is measured: for some seconds all four compile what they do, beside doing it, and a
 * message takes twice the time of the processors (1.3 ms, and 0.6 ms later).
 */
const warmingMs = 4000

/** How long the files move before anything is measured: their windows find their size in this time. */
const settlingMs = 1000

if (process.argv[2] === 'member') obey()
else await measure()

/** One member: does what the parent asks for, one thing after the other. */
function obey() {
  // As the command does.
  keepYoungHeapSmall()
  let room
  let heard = () => {}
  const enter = entered => {
    room = entered
    room.subscribe(({event, self}) => {
      if (event === 'message' && self) heard()
    })
  }
  const roundTrip = async () => {
    const began = performance.now()
    const isHeard = new Promise(resolve => (heard = resolve))
    void room.say('x')
    await isHeard
    return performance.now() - began
  }
  const verbs = {
    async host(options) {
      enter(await host(options))
      return {port: room.port, code: room.code}
    },
    join: async options => enter(await join(options)),
    async send({path, ...options}) {
      const {answered} = await room.sendFile(path, options)
      await answered
    },
    talk: milliseconds => sample(roundTrip, milliseconds),
  }
  process.on('message', async ({verb, given}) => process.send({answer: await verbs[verb](given)}))
  process.on('disconnect', () => process.exit())
}

async function measure() {
  const {values} = parseArgs({
    options: {
      seconds: {type: 'string', default: '5'},
      runs: {type: 'string', default: '5'},
      mib: {type: 'string', default: '1280'},
      mix: {type: 'string', default: 'one'},
      dir: {type: 'string'},
      link: {type: 'string'},
      json: {type: 'boolean', default: false},
    },
  })
  const bytes = Number(values.mib) * 2 ** 20
  const flows = flowsOf(values.mix)
  const given = {...values, flows, bytes, milliseconds: Number(values.seconds) * 1000}
  const runs = []
  for (let run = 0; run < Number(values.runs); run++) runs.push(await inScope(defer => measureOnce(defer, given)))
  const talk = ['idle', 'busy'].map(name => {
    const of = key => runs.map(run => run[name][key])
    return {name, p50: median(of('p50')), p99: median(of('p99')), worstP99: Math.max(...of('p99'))}
  })
  const files = flows.map(({name}, index) => {
    const of = key => runs.map(run => run.files[index][key])
    return {name, rate: median(of('rate')), share: median(of('share')), shares: of('share')}
  })
  if (values.json) console.log(JSON.stringify({runs, talk, files}))
  else print(talk, files)
}

async function measureOnce(defer, {dir, link, flows, bytes, milliseconds}) {
  const directory = makeDirectory(defer, dir ?? placeFor(flows.length * bytes))
  const source = joinPath(directory, 'hole')
  writeFileSync(source, '')
  truncateSync(source, bytes)
  const members = await openRoom(defer, directory, link)

  // And ana hears of all who came.
  await members.ana.ask('talk', warmingMs)
  const idle = summary(await members.ana.ask('talk', milliseconds))
  await Promise.all(nicks.map(nick => sendAll(members[nick], nick, flows, source)))
  await pause(settlingMs)
  const before = flows.map(flow => arrivedBytes(directory, flow))
  const began = performance.now()
  const busy = summary(await members.ana.ask('talk', milliseconds))
  const elapsed = performance.now() - began
  const after = flows.map(flow => arrivedBytes(directory, flow))
  if (after.includes(bytes)) throw new Error('a file arrived before the time was over: a larger --mib is needed')
  const rates = flows.map((_, index) => (after[index] - before[index]) / elapsed / 1000)
  const mean = rates.reduce((sum, rate) => sum + rate) / rates.length
  return {idle, busy, files: flows.map(({name}, index) => ({name, rate: rates[index], share: rates[index] / mean}))}
}

/** Opens a room and has everyone join; returns the members by their nicks. */
async function openRoom(defer, directory, link) {
  const places = link ? makeComputers(defer, link, nicks) : nicks.map(() => ({address: '127.0.0.1', enter: []}))
  const members = Object.fromEntries(nicks.map((nick, index) => [nick, start(defer, places[index].enter)]))
  const own = nick => ({nick, home: joinPath(directory, nick), out: joinPath(directory, nick), accept: 'all'})
  for (const nick of nicks) {
    mkdirSync(own(nick).home)
    // Made here: who makes its own is left with a larger heap than who finds it.
    await loadIdentity(own(nick).home)
  }
  const [{address}] = places
  const {port, code} = await members.host.ask('host', {...own('host'), bind: address, port: 0})
  for (const nick of nicks.slice(1)) await members[nick].ask('join', {...own(nick), host: address, port, code})
  return members
}

function start(defer, enter) {
  const command = [...enter, process.execPath, import.meta.filename, 'member']
  const child = startProcess(defer, command, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']})
  const ask = async (verb, given) => {
    child.send({verb, given})
    const [{answer}] = await once(child, 'message')
    return answer
  }
  return {ask}
}

/** Has a member send its files, and resolves when they have been accepted. */
async function sendAll(member, nick, flows, path) {
  for (const {from, to, name} of flows)
    if (from === nick) await member.ask('send', {path, to, name, compression: 'off'})
}

/** How much of a file has been written where it goes, under whatever name it has there for now. */
function arrivedBytes(directory, {name, to}) {
  const place = joinPath(directory, to)
  return statSync(
    joinPath(
      place,
      readdirSync(place).find(file => file.includes(name) && !file.endsWith('.journal')),
    ),
  ).size
}

function print(talk, files) {
  printTable(
    ['talk', 'p50 ms', 'p99 ms', 'worst p99'],
    talk.map(({name, p50, p99, worstP99}) => [name, p50.toFixed(2), p99.toFixed(2), worstP99.toFixed(2)]),
  )
  console.log()
  printTable(
    ['file', 'MB/s', 'of the mean', 'least', 'most'],
    files.map(({name, rate, share, shares}) => [
      name,
      rate.toFixed(1),
      share.toFixed(2),
      Math.min(...shares).toFixed(2),
      Math.max(...shares).toFixed(2),
    ]),
  )
  const total = files.reduce((sum, {rate}) => sum + rate, 0)
  const all = files.flatMap(({shares}) => shares)
  const [least, most] = [Math.min(...all), Math.max(...all)]
  console.log(`\nall six: ${total.toFixed(1)} MB/s; each from ${least.toFixed(2)} to ${most.toFixed(2)} of the mean`)
}
