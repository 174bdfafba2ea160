#!/usr/bin/env node
// Resident memory of the three processes while one large file goes from a member to another through the host, and how
// fast it goes. The real binary, three times; Linux only.
//
//   node bench/relay.js [--mib 4096] [--dir /dev/shm] [--json]
//
// The file is all hole where it comes from. Where it arrives, in --dir, it takes --mib, and is removed.
import {join} from 'node:path'
import {clearInterval, setInterval} from 'node:timers'
import {parseArgs} from 'node:util'
import {startGuest, startHost} from './chatctl.js'
import {memoryOf} from './resources.js'
import {inScope, makeDirectory, placeFor} from './scope.js'
import {makeHole, megabytes} from './sparse.js'
import {printTable} from './statistics.js'

const everyMs = 100
const shownPoints = 5

const {values} = parseArgs({
  options: {
    mib: {type: 'string', default: '4096'},
    dir: {type: 'string'},
    json: {type: 'boolean', default: false},
  },
})
const bytes = Number(values.mib) * 2 ** 20
const {rate, processes} = await inScope(measure)
if (values.json) console.log(JSON.stringify({bytes, rate, processes}))
else print()

async function measure(defer) {
  const directory = makeDirectory(defer, values.dir ?? placeFor(bytes))
  const source = makeHole(join(directory, 'hole'), bytes)
  const own = nick => ({nick, home: join(directory, nick), out: join(directory, nick)})
  const host = await startHost(defer, own('host'))
  const sender = await startGuest(defer, host, own('ana'))
  const receiver = await startGuest(defer, host, own('bob'))

  const processes = Object.entries({host, sender, receiver}).map(([name, {pid}]) => ({name, pid, resident: []}))
  const look = () => {
    for (const {pid, resident} of processes) resident.push(memoryOf(pid).resident)
  }
  look()
  const watch = setInterval(look, everyMs)
  defer(() => clearInterval(watch))
  const delivered = sender.next('sent')
  sender.act({file: source, to: 'bob'})
  const {ms} = await delivered
  look()
  return {
    rate: bytes / ms / 1000,
    processes: processes.map(({name, pid, resident}) => ({name, peak: memoryOf(pid).peak, resident})),
  }
}

function print() {
  const steps = Array.from({length: shownPoints}, (_, step) => step / (shownPoints - 1))
  printTable(
    ['resident MB', ...steps.map(step => `${step * 100} %`), 'peak'],
    processes.map(({name, peak, resident}) => [
      name,
      ...steps.map(step => megabytes(resident[Math.floor(step * (resident.length - 1))])),
      megabytes(peak),
    ]),
  )
  console.log(`\n${values.mib} MiB from member to member at ${rate.toFixed(0)} MB/s`)
}
