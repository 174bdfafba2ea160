#!/usr/bin/env node
// Many small deliveries, one after the other, to one host: how many a second, and whether the host's memory and open
// descriptors stay flat. Linux only.
//
//   node bench/deliveries.js [--count 10000] [--by library|program] [--json]
//
// The host is the real binary. The deliveries are sendFile() of the library in this one process, each a connection, an
// admission and a goodbye of its own; or, by the program, a `chatctl send-file` each, where most of the time and nearly
// all of the work is the start of Node.
import {execFile} from 'node:child_process'
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseArgs, promisify} from 'node:util'
import {sendFile} from '../dist/index.js'
import {loadIdentity} from '../build/security/identity.js'
import {chatctl, environment, startHost} from './chatctl.js'
import {descriptorsOf, memoryOf} from './resources.js'
import {inScope, makeDirectory, placeFor} from './scope.js'
import {printTable} from './statistics.js'

const bytesEach = 1000
const pointCount = 10

const {values} = parseArgs({
  options: {
    count: {type: 'string', default: '10000'},
    by: {type: 'string', default: 'library'},
    json: {type: 'boolean', default: false},
  },
})
const count = Number(values.count)
const send = {library: sendByLibrary, program: sendByProgram}[values.by]
const points = await inScope(measure)
if (values.json) console.log(JSON.stringify({count, points}))
else print()

async function measure(defer) {
  const directory = makeDirectory(defer, placeFor(count * 4096))
  const home = join(directory, 'ana')
  await loadIdentity(home)
  const host = await startHost(defer, {home: join(directory, 'host'), out: join(directory, 'in')})
  mkdirSync(join(directory, 'out'))

  const points = [look(host.pid, 0, 0)]
  for (let point = 1; point <= pointCount; point++) {
    const from = points.at(-1).done
    const until = Math.round((count * point) / pointCount)
    const began = performance.now()
    for (let index = from; index < until; index++) await deliver(host, home, join(directory, 'out', `${index}.bin`))
    points.push(look(host.pid, until, ((until - from) / (performance.now() - began)) * 1000))
  }
  return points
}

/** Each has a name of its own: to find a free one is no part of what is measured. */
async function deliver(host, home, path) {
  writeFileSync(path, Buffer.alloc(bytesEach))
  await send(host, home, path)
  rmSync(path)
}

async function sendByLibrary({port, code}, home, path) {
  const {files} = await sendFile({home, host: '127.0.0.1', port, code, nick: 'ana', paths: [path]})
  for (const {error} of files) if (error) throw error
}

async function sendByProgram({port, code}, home, path) {
  const [node, ...program] = chatctl
  const options = ['send-file', '--to', `127.0.0.1:${port}`, '--nick', 'ana', '--quiet', path]
  await promisify(execFile)(node, [...program, ...options], {env: environment({home, code})})
}

function look(pid, done, rate) {
  return {
    done,
    rate,
    resident: memoryOf(pid).resident,
    descriptors: descriptorsOf(pid),
    ownResident: process.memoryUsage.rss(),
  }
}

function print() {
  const megabytes = bytes => (bytes / 1e6).toFixed(0)
  printTable(
    ['deliveries', 'a second', 'host MB', 'host descriptors', 'sender MB'],
    points.map(({done, rate, resident, descriptors, ownResident}) => [
      String(done),
      done ? rate.toFixed(0) : '',
      megabytes(resident),
      String(descriptors),
      megabytes(ownResident),
    ]),
  )
}
