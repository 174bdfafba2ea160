#!/usr/bin/env node
// Time from the start of the program that sends a file to the first byte of it where it arrives, for a small file and a
// large one: who reads all of it before anything leaves takes longer for the large one. `chatctl send-file` to a
// running `chatctl host`, beside everyone else who is installed here.
//
//   node bench/first-byte.js [--gb 0.01,10] [--runs 5] [--only chatctl,scp] [--dir /dev/shm] [--json]
//
// The files are all hole where they come from. A byte counts when it has room where it arrives; then all is ended.
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {findCarriers} from './peers/index.js'
import {isAsked} from './rounds.js'
import {inScope, makeDirectory, placeFor} from './scope.js'
import {makeHole, sizeOf} from './sparse.js'
import {median, printTable} from './statistics.js'
import {ways} from './ways.js'

const lookEveryMs = 1
const longestMs = 60_000

if (process.argv[2] === 'carry') await carry(JSON.parse(process.argv[3]))
else await measure()

/** Sets up who carries, tells that it is there, and carries as soon as it is asked to. */
function carry({name, family, bytes, directory}) {
  return inScope(async defer => {
    const source = makeHole(join(directory, 'source'), bytes)
    const carriers = await findCarriers(defer, ways.loopback.make(), directory, 'file', family)
    const into = join(directory, 'into')
    mkdirSync(into)
    process.send('ready')
    await once(process, 'message')
    await carriers.find(carrier => carrier.name === name).carry(source, into)
    process.exit()
  })
}

async function measure() {
  const {values} = parseArgs({
    options: {
      gb: {type: 'string', default: '0.01,10'},
      runs: {type: 'string', default: '5'},
      only: {type: 'string'},
      dir: {type: 'string'},
      json: {type: 'boolean', default: false},
    },
  })
  const sizes = values.gb.split(',').map(size => Math.round(Number(size) * 1e9))
  const place = values.dir ?? placeFor(Math.max(...sizes))
  const carriers = (await findAll(place)).filter(({name}) => name !== 'cp' && isAsked(name, values.only))
  const rows = carriers.map(carrier => ({carrier, times: sizes.map(() => [])}))
  for (let run = 0; run < Number(values.runs); run++) {
    for (const {carrier, times} of rows) {
      for (const [index, bytes] of sizes.entries()) times[index].push(await timeOf(carrier, bytes, place))
    }
  }
  const measured = rows.map(({carrier, times}) => ({name: carrier.name, ms: times.map(describe)}))
  if (values.json) console.log(JSON.stringify({sizes, rows: measured}))
  else print(sizes, measured)
}

/** Who is installed here; what it takes to be set up is taken down again. */
function findAll(place) {
  return inScope(async defer => {
    const carriers = await findCarriers(defer, ways.loopback.make(), makeDirectory(defer, place), 'file')
    return carriers.map(({name, family}) => ({name, family}))
  })
}

/** Null where nothing came. */
function timeOf({name, family}, bytes, place) {
  return inScope(async defer => {
    const directory = makeDirectory(defer, place)
    const child = fork(import.meta.filename, ['carry', JSON.stringify({name, family, bytes, directory})])
    const ended = once(child, 'exit')
    defer(() => child.kill('SIGTERM'))
    if ((await Promise.race([once(child, 'message'), ended]))[0] !== 'ready') return null
    const began = performance.now()
    child.send('go')
    const cameAt = await firstByte([join(directory, 'into'), join(directory, 'in')], began + longestMs)
    child.kill('SIGTERM')
    await ended
    return cameAt && cameAt - began
  })
}

async function firstByte(directories, until) {
  while (performance.now() < until) {
    if (directories.some(hasBytes)) return performance.now()
    await setTimeout(lookEveryMs)
  }
  return null
}

/** Whether a file in it has room on the disk: a size alone may be promised in advance. */
function hasBytes(directory) {
  try {
    const files = readdirSync(directory).filter(name => !name.endsWith('.journal'))
    return files.some(name => statSync(join(directory, name)).blocks > 0)
  } catch (error) {
    // Not made yet, or just renamed.
    if (error.code === 'ENOENT') return false
    throw error
  }
}

function describe(times) {
  const seen = times.filter(ms => ms !== null)
  return {median: median(seen), least: Math.min(...seen), most: Math.max(...seen), failures: times.length - seen.length}
}

function print(sizes, rows) {
  const show = ({median, least, most}) =>
    median === undefined ? '-' : `${[median, least, most].map(ms => ms.toFixed(0)).join(' ')}`
  printTable(
    ['first byte after ms: median least most', ...sizes.map(sizeOf)],
    rows.map(({name, ms}) => [name, ...ms.map(show)]),
  )
}
