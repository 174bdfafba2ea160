#!/usr/bin/env node
// Rate of one file, from the start of the program that sends it until all programs have ended and it has arrived:
// `chatctl send-file` to a running `chatctl host`, beside everyone else who is installed here (`npm run bench:peers`),
// the fastest pipe over TLS that Node can be (the ceiling), a plain TCP stream, and cp, which only copies.
//
//   node bench/file.js [--way loopback|fat|100mbit] [--mib 1024] [--runs 5] [--only chatctl,scp]
//        [--dir /dev/shm] [--json]
//
// Random bytes, from --dir to --dir. The way is loopback; or a long fat link, made by a proxy that delays; or a link of
// 100 Mbit/s made of network namespaces, for root on Linux.
import {randomFillSync} from 'node:crypto'
import {closeSync, openSync, statSync, writeSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {carryInRounds, printRounds} from './rounds.js'
import {inScope, placeFor} from './scope.js'
import {ways} from './ways.js'

const {values} = parseArgs({
  options: {
    way: {type: 'string', default: 'loopback'},
    mib: {type: 'string'},
    runs: {type: 'string', default: '5'},
    only: {type: 'string'},
    dir: {type: 'string'},
    json: {type: 'boolean', default: false},
  },
})
const wayName = values.way
const mib = Number(values.mib ?? ways[wayName].mib)
const bytes = mib * 2 ** 20
const place = values.dir ?? placeFor(2 * bytes)
const rows = await inScope(defer =>
  carryInRounds(defer, {kind: 'file', wayName, place, rounds: Number(values.runs), only: values.only, make, check}),
)
if (values.json) console.log(JSON.stringify({wayName, mib, rows}))
else {
  console.log(`${mib} MiB ${ways[wayName].title}\n`)
  printRounds(rows, ['MB/s', ms => (bytes / ms / 1000).toFixed(0)])
}

function make(path) {
  const piece = Buffer.alloc(2 ** 20)
  const file = openSync(path, 'w')
  for (let index = 0; index < mib; index++) writeSync(file, randomFillSync(piece))
  closeSync(file)
}

/** A pipe that lost the tail has not carried it. */
function check(path) {
  const {size} = statSync(path)
  if (size !== bytes) throw new Error(`${size} bytes arrived instead of ${bytes}`)
}
