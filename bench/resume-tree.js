#!/usr/bin/env node
// How soon a directory goes on that was cut, by the number of its files: four fifths of them have arrived when the program
// that sends it is killed; then the same command is given again. From the accept of what it offers until the receiver has
// said where it goes on, as the sender hears it, and until something new stands on its disk, the next directory of a hundred
// files; and to the end.
//
//   node bench/resume-tree.js [--files 10000,50000] [--bytes 1000] [--cut 0.8] [--runs 3] [--dir /dev/shm] [--json]
import {mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {loadIdentity} from '../build/security/identity.js'
import {chatctl, environment, startHost} from './chatctl.js'
import {startJob} from './processes.js'
import {inScope, makeDirectory, placeFor} from './scope.js'
import {median, printTable} from './statistics.js'

const filesInDirectory = 100
const lookEveryMs = 1

const {values} = parseArgs({
  options: {
    files: {type: 'string', default: '10000,50000'},
    bytes: {type: 'string', default: '1000'},
    cut: {type: 'string', default: '0.8'},
    runs: {type: 'string', default: '3'},
    dir: {type: 'string'},
    json: {type: 'boolean', default: false},
  },
})
const bytes = Number(values.bytes)
const figures = ['acceptToPlace', 'acceptToByte', 'startToEnd']
const rows = values.files.split(',').map(files => ({files: Number(files), runs: []}))
for (let run = 0; run < Number(values.runs); run++) {
  for (const {files, runs} of rows) runs.push(await inScope(defer => measure(defer, files)))
}
const measured = rows.map(({files, runs}) => ({files, ...Object.fromEntries(figures.map(of(runs)))}))
if (values.json) console.log(JSON.stringify({bytes, cutAt: Number(values.cut), rows: measured}))
else print()

async function measure(defer, files) {
  const directory = makeDirectory(defer, values.dir ?? placeFor(2 * files * Math.max(4096, bytes)))
  const [home, out, source] = ['ana', 'in', 'tree'].map(name => join(directory, name))
  make(source, files)
  await loadIdentity(home)
  const host = await startHost(defer, {home: join(directory, 'host'), out, expectsTrouble: true})
  const command = [...chatctl, 'send-file', '--to', `127.0.0.1:${host.port}`, '--compress', 'off', source]
  const send = () => startJob(defer, command, {env: environment({home, code: host.code})})
  const first = send()
  while (directoriesIn(out) * filesInDirectory < Number(values.cut) * files) {
    if (first.child.exitCode !== null) throw new Error('all of it had arrived before it was cut: try a smaller --cut')
    await setTimeout(lookEveryMs)
  }
  first.child.kill('SIGKILL')
  await first.ended.catch(() => undefined)
  return await resume(send, host, () => directoriesIn(out))
}

async function resume(send, host, count) {
  const when = async (name, fits) => ({event: await host.next(name, fits), at: performance.now()})
  const [offered, began] = [when('offer'), performance.now()]
  const {ended, line} = send()
  const placed = line(/ goes on /).then(() => performance.now())
  const offer = await offered
  const isIts = ({transfer}) => transfer === offer.event.transfer
  const end = when('received', isIts)
  const placedAt = await placed
  const had = count()
  const progress = {isOver: false}
  const arrived = end.finally(() => (progress.isOver = true))
  // The whole of it has another name, and may have it already.
  while (!progress.isOver && count() === had) await setTimeout(lookEveryMs)
  const movedAt = performance.now()
  const received = await arrived
  await ended
  return {acceptToPlace: placedAt - offer.at, acceptToByte: movedAt - offer.at, startToEnd: received.at - began}
}

/** How many are there of the tree that is arriving. */
function directoriesIn(out) {
  try {
    const [part] = readdirSync(out)
    return part === undefined ? 0 : readdirSync(join(out, part, 'tree')).length
  } catch (error) {
    // Not made yet.
    if (error.code === 'ENOENT') return 0
    throw error
  }
}

function make(root, files) {
  for (let index = 0; index < files; index++) {
    const directory = join(root, String(Math.floor(index / filesInDirectory)))
    if (index % filesInDirectory === 0) mkdirSync(directory, {recursive: true})
    writeFileSync(join(directory, `${index}.bin`), Buffer.alloc(bytes, index))
  }
}

function of(runs) {
  return figure => {
    const times = runs.map(run => run[figure])
    return [figure, {median: median(times), least: Math.min(...times), most: Math.max(...times)}]
  }
}

function print() {
  const show = ({median, least, most}) => [median, least, most].map(ms => ms.toFixed(0)).join(' ')
  printTable(
    ['ms: median least most', 'accept to place', 'accept to byte', 'start to end'],
    measured.map(({files, ...row}) => [`${files} files`, ...figures.map(figure => show(row[figure]))]),
  )
}
