#!/usr/bin/env node
// Most memory that either end has resident while one file goes from `chatctl send-file` to `chatctl host`: for a small
// file and a large one, which shall cost the same. Processes of their own for each; Linux only.
//
//   node bench/memory.js [--gb 0.01,10] [--runs 5] [--dir /dev/shm] [--json]
//
// The file is all hole where it comes from, and sent as it is, uncompressed. Where it arrives, in --dir, it takes its
// size, and is removed.
import {join} from 'node:path'
import {clearInterval, setInterval} from 'node:timers'
import {parseArgs} from 'node:util'
import {loadIdentity} from '../build/security/identity.js'
import {environment, sendCommand, startHost} from './chatctl.js'
import {startJob} from './processes.js'
import {memoryOf} from './resources.js'
import {inScope, makeDirectory, placeFor} from './scope.js'
import {makeHole, megabytes, sizeOf} from './sparse.js'
import {median, printTable} from './statistics.js'

const everyMs = 20

const {values} = parseArgs({
  options: {
    gb: {type: 'string', default: '0.01,10'},
    runs: {type: 'string', default: '5'},
    dir: {type: 'string'},
    json: {type: 'boolean', default: false},
  },
})
const sizes = values.gb.split(',').map(size => Math.round(Number(size) * 1e9))
const rows = sizes.map(bytes => ({bytes, runs: []}))
for (let run = 0; run < Number(values.runs); run++) {
  for (const {bytes, runs} of rows) runs.push(await inScope(defer => measure(defer, bytes)))
}
const measured = rows.map(({bytes, runs}) => ({bytes, ends: ['sender', 'receiver'].map(name => describe(name, runs))}))
if (values.json) console.log(JSON.stringify({rows: measured}))
else print()

async function measure(defer, bytes) {
  const directory = makeDirectory(defer, values.dir ?? placeFor(bytes))
  const source = makeHole(join(directory, 'hole'), bytes)
  const home = join(directory, 'ana')
  await loadIdentity(home)
  const host = await startHost(defer, {home: join(directory, 'host'), out: join(directory, 'in')})
  const command = [...sendCommand(`127.0.0.1:${host.port}`), '--compress', 'off', source]
  const job = startJob(defer, command, {env: environment({home, code: host.code})})
  const sender = watchPeak(defer, job.child.pid)
  await job.ended
  return {sender: sender(), receiver: memoryOf(host.pid).peak}
}

/** Looks again and again: of a process that has ended nothing can be read. Returns what tells the most that was seen. */
function watchPeak(defer, pid) {
  let peak = 0
  const look = () => {
    try {
      peak = Math.max(peak, memoryOf(pid).peak)
    } catch {
      // It is ending.
      clearInterval(watch)
    }
  }
  const watch = setInterval(look, everyMs)
  defer(() => clearInterval(watch))
  return () => peak
}

function describe(name, runs) {
  const peaks = runs.map(run => run[name])
  return {name, peak: median(peaks), least: Math.min(...peaks), most: Math.max(...peaks)}
}

function print() {
  const cells = measured.flatMap(({bytes, ends}) =>
    ends.map(({name, peak, least, most}) => [`${sizeOf(bytes)}, ${name}`, ...[peak, least, most].map(megabytes)]),
  )
  printTable(['most resident, MB', 'median', 'least', 'most'], cells)
}
