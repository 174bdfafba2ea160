#!/usr/bin/env node
// One file from a member to everyone else of a room: what leaves over the sender's link and what it reads, against the
// size of the file, and how long it takes until the last one has it. The real binary, once for each; Linux only.
//
//   node bench/many.js [--mib 256] [--recipients 5] [--dir /dev/shm] [--json]
//
// The host is one of the recipients. Each of them takes --mib in --dir, which is removed.
import {randomBytes} from 'node:crypto'
import {appendFileSync} from 'node:fs'
import {join} from 'node:path'
import {performance} from 'node:perf_hooks'
import {parseArgs} from 'node:util'
import {startGuest, startHost} from './chatctl.js'
import {memoryOf, movedBy} from './resources.js'
import {inScope, makeDirectory, placeFor} from './scope.js'
import {printTable} from './statistics.js'

const mebibyte = 2 ** 20

const {values} = parseArgs({
  options: {
    mib: {type: 'string', default: '256'},
    recipients: {type: 'string', default: '5'},
    dir: {type: 'string'},
    json: {type: 'boolean', default: false},
  },
})
const bytes = Number(values.mib) * mebibyte
const recipients = Number(values.recipients)
const result = await inScope(measure)
if (values.json) console.log(JSON.stringify({bytes, recipients, ...result}))
else print(result)

async function measure(defer) {
  const directory = makeDirectory(defer, values.dir ?? placeFor(bytes * (recipients + 1)))
  const source = join(directory, 'source')
  for (let written = 0; written < bytes; written += mebibyte) appendFileSync(source, randomBytes(mebibyte))
  const own = nick => ({nick, home: join(directory, nick), out: join(directory, nick)})
  const host = await startHost(defer, own('host'))
  const guests = []
  for (let number = 1; number < recipients; number++) guests.push(await startGuest(defer, host, own(`guest${number}`)))
  const sender = await startGuest(defer, host, own('sender'))

  const arrived = Promise.all([host, ...guests].map(one => one.next('received')))
  const before = movedBy(sender.pid)
  const startedMs = performance.now()
  sender.act({file: source, to: 'all'})
  await arrived
  const ms = performance.now() - startedMs
  const after = movedBy(sender.pid)
  return {
    ms,
    sentTimes: (after.written - before.written) / bytes,
    readTimes: (after.read - before.read) / bytes,
    peaks: {host: memoryOf(host.pid).peak, sender: memoryOf(sender.pid).peak},
  }
}

function print({ms, sentTimes, readTimes, peaks}) {
  printTable(
    ['recipients', 'MiB', 's', 'sent / size', 'read / size', 'host peak MB', 'sender peak MB'],
    [
      [
        values.recipients,
        values.mib,
        (ms / 1000).toFixed(2),
        sentTimes.toFixed(2),
        readTimes.toFixed(2),
        (peaks.host / 1e6).toFixed(0),
        (peaks.sender / 1e6).toFixed(0),
      ],
    ],
  )
}
