#!/usr/bin/env node
// How soon a transfer goes on that was cut, by its size: four fifths of a file have arrived when the program that sends
// it is killed; then the same command is given again. From its start, and from the accept of what it offers, to the
// first new byte; and to the end, when all of it is verified.
//
//   node bench/resume.js [--gib 1,10] [--cut 0.8] [--sparse] [--runs 5] [--dir /dev/shm] [--json]
//
// The file is all hole where it comes from, and sent as it is, uncompressed. Where it arrives, in --dir, it takes its
// size, and is removed after each run. With --sparse only its beginning has arrived: up to the cut the part is made a hole,
// too, so that 50 GiB take the room and the time of the rest alone.
import {readdirSync, statSync, truncateSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {loadIdentity} from '../build/security/identity.js'
import {environment, sendCommand, startHost} from './chatctl.js'
import {startJob} from './processes.js'
import {inScope, makeDirectory, placeFor} from './scope.js'
import {makeHole} from './sparse.js'
import {median, printTable} from './statistics.js'

const lookEveryMs = 1
/** What a transfer that was cut may be behind the last byte that is known to be there. */
const settlingMs = 500
const leastBytes = 2 ** 20

const {values} = parseArgs({
  options: {
    gib: {type: 'string', default: '1,10'},
    cut: {type: 'string', default: '0.8'},
    sparse: {type: 'boolean', default: false},
    runs: {type: 'string', default: '5'},
    dir: {type: 'string'},
    json: {type: 'boolean', default: false},
  },
})
const cutAt = Number(values.cut)
const figures = ['fromStart', 'fromAccept', 'toVerified']
const rows = values.gib.split(',').map(gib => ({gib: Number(gib), runs: []}))
for (let run = 0; run < Number(values.runs); run++) {
  for (const {gib, runs} of rows) runs.push(await inScope(defer => measure(defer, gib * 2 ** 30)))
}
const measured = rows.map(({gib, runs}) => ({gib, keptGib: keptOf(runs), ...Object.fromEntries(figures.map(of(runs)))}))
if (values.json) console.log(JSON.stringify({cutAt, rows: measured}))
else print()

async function measure(defer, bytes) {
  const directory = makeDirectory(defer, values.dir ?? placeFor(bytes))
  const [home, out] = ['ana', 'in'].map(name => join(directory, name))
  const source = makeHole(join(directory, 'hole'), bytes)
  await loadIdentity(home)
  const host = await startHost(defer, {home: join(directory, 'host'), out, expectsTrouble: true})
  const send = () => {
    const command = [...sendCommand(`127.0.0.1:${host.port}`), '--compress', 'off', source]
    return startJob(defer, command, {env: environment({home, code: host.code})})
  }
  const first = send()
  while (arrivedIn(out) < (values.sparse ? leastBytes : cutAt * bytes)) await setTimeout(10)
  first.child.kill('SIGKILL')
  await setTimeout(settlingMs)
  if (values.sparse) truncateSync(join(out, arriving(out)), Math.round(cutAt * bytes))
  return await resume(send, host, out)
}

async function resume(send, host, out) {
  const kept = arrivedIn(out)
  const received = host.next('received')
  const offered = host.next('offer').then(() => performance.now())
  const began = performance.now()
  const second = send()
  while (arrivedIn(out) <= kept) await setTimeout(lookEveryMs)
  const cameAt = performance.now()
  await second.ended
  const endedAt = performance.now()
  const {resumedFrom} = await received
  if (resumedFrom === 0) throw new Error('it has begun anew')
  const acceptedAt = await offered
  return {kept: resumedFrom, fromStart: cameAt - began, fromAccept: cameAt - acceptedAt, toVerified: endedAt - began}
}

/** Bytes of the one file that is arriving, or has. */
function arrivedIn(out) {
  try {
    const name = arriving(out)
    return name === undefined ? 0 : statSync(join(out, name)).size
  } catch (error) {
    // Not made yet, or just renamed.
    if (error.code === 'ENOENT') return 0
    throw error
  }
}

function arriving(out) {
  return readdirSync(out).find(file => !file.endsWith('.journal'))
}

function of(runs) {
  return figure => {
    const times = runs.map(run => run[figure])
    return [figure, {median: median(times), least: Math.min(...times), most: Math.max(...times)}]
  }
}

function keptOf(runs) {
  return median(runs.map(({kept}) => kept)) / 2 ** 30
}

function print() {
  const show = ({median, least, most}) => [median, least, most].map(ms => ms.toFixed(0)).join(' ')
  printTable(
    ['ms: median least most', 'kept GiB', 'start to byte', 'accept to byte', 'start to verified'],
    measured.map(({gib, keptGib, ...row}) => [
      `${gib} GiB`,
      keptGib.toFixed(1),
      ...figures.map(figure => show(row[figure])),
    ]),
  )
}
