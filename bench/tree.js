#!/usr/bin/env node
// Time of many small files in one directory, from the start of the program that sends them until they have arrived:
// `chatctl send-file` to a running `chatctl host`, beside everyone who is installed here and carries a tree.
//
//   node bench/tree.js [--files 10000] [--bytes 4096] [--way loopback|fat|100mbit] [--runs 5] [--only chatctl,scp]
//        [--dir /dev/shm] [--json]
import {randomFillSync} from 'node:crypto'
import {mkdirSync, readdirSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {carryInRounds, printRounds} from './rounds.js'
import {inScope, placeFor} from './scope.js'
import {ways} from './ways.js'

const filesInDirectory = 100

const {values} = parseArgs({
  options: {
    files: {type: 'string', default: '10000'},
    bytes: {type: 'string', default: '4096'},
    way: {type: 'string', default: 'loopback'},
    runs: {type: 'string', default: '5'},
    only: {type: 'string'},
    dir: {type: 'string'},
    json: {type: 'boolean', default: false},
  },
})
const wayName = values.way
const [files, bytes] = [Number(values.files), Number(values.bytes)]
const place = values.dir ?? placeFor(4 * files * Math.max(4096, bytes))
const rows = await inScope(defer =>
  carryInRounds(defer, {kind: 'tree', wayName, place, rounds: Number(values.runs), only: values.only, make, check}),
)
if (values.json) console.log(JSON.stringify({wayName, files, bytes, rows}))
else {
  console.log(`${files} files of ${bytes} bytes ${ways[wayName].title}\n`)
  printRounds(rows, ['seconds', ms => (ms / 1000).toFixed(2)])
}

function make(root) {
  const content = Buffer.alloc(bytes)
  for (let index = 0; index < files; index++) {
    const directory = join(root, String(Math.floor(index / filesInDirectory)))
    if (index % filesInDirectory === 0) mkdirSync(directory, {recursive: true})
    writeFileSync(join(directory, `${index}.bin`), randomFillSync(content))
  }
}

function check(root) {
  let arrived = 0
  for (const directory of readdirSync(root)) {
    for (const file of readdirSync(join(root, directory)))
      if (statSync(join(root, directory, file)).size === bytes) arrived++
  }
  if (arrived !== files) throw new Error(`${arrived} of ${files} files arrived`)
}
