#!/usr/bin/env node
// Everything that the README shows figures of, one program after the other; prints its tables, and writes what was
// measured to bench/results/figures.json.
//
//   npm run bench [-- --quick]
//
// It takes about half an hour, and the machine for itself; --quick takes smaller files and fewer rounds. What is not
// possible here (network namespaces are for root on Linux) is left out, and said.
import {spawnSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {cpus, loadavg} from 'node:os'
import {dirname} from 'node:path'
import {fileURLToPath, URL} from 'node:url'
import {parseArgs} from 'node:util'
import {describeFigures} from './figures.js'

const target = fileURLToPath(new URL('results/figures.json', import.meta.url))
const {values} = parseArgs({options: {quick: {type: 'boolean', default: false}}})
const rounds = ['--runs', values.quick ? '3' : '5']
const programs = [
  {name: 'loopback', program: 'file.js', args: values.quick ? ['--mib', '256'] : []},
  {name: 'fat', program: 'file.js', args: ['--way', 'fat', ...(values.quick ? ['--mib', '128'] : [])]},
  {name: '100mbit', program: 'file.js', args: ['--way', '100mbit', ...(values.quick ? ['--mib', '16'] : [])]},
  {name: 'tree', program: 'tree.js', args: values.quick ? ['--files', '2000'] : []},
  {name: 'latency', program: 'latency.js', args: []},
  {name: 'room', program: 'room.js', args: []},
  {name: 'slowRoom', program: 'room.js', args: ['--link', '100mbit', '--mib', '64']},
  {name: 'memory', program: 'memory.js', args: values.quick ? ['--gb', '0.01,1'] : []},
  {name: 'firstByte', program: 'first-byte.js', args: []},
  {name: 'resume', program: 'resume.js', args: values.quick ? ['--gib', '1'] : []},
]

const machine = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cores: cpus().length,
  load: loadavg()[0],
}
const measured = Object.fromEntries(programs.map(({name, program, args}) => [name, measure(program, args)]))
const figures = {machine, isQuick: values.quick, measured}
mkdirSync(dirname(target), {recursive: true})
writeFileSync(target, `${JSON.stringify(figures, null, 2)}\n`)
console.log(describeFigures(figures))

/** What a program measured; null where it could not. */
function measure(program, args) {
  console.error(`${program} ${args.join(' ')}`)
  const command = [fileURLToPath(new URL(program, import.meta.url)), ...args, ...rounds, '--json']
  const {status, stdout} = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return status === 0 ? JSON.parse(stdout) : null
}
