#!/usr/bin/env node
// How long chatctl takes to start, beside `node -e 0` in the same rounds: until a command has ended, and until the first
// screen of a host, and of a member, is on the terminal.
//
//   node bench/startup.js [--runs 25] [--plugins 0] [--cli PATH] [--json]
//
// --plugins adds so many plug-ins of one command each; --cli measures the bin/run.js of another package.
import {once} from 'node:events'
import {mkdirSync, writeFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {parseArgs} from 'node:util'
import {spawn as spawnProcess} from 'node:child_process'
import {tmpdir} from 'node:os'
import {spawn as spawnOnTerminal} from '@lydell/node-pty'
import {loadIdentity} from '../build/security/identity.js'
import {chatctl} from './chatctl.js'
import {runToItsEnd} from './processes.js'
import {inScope, makeDirectory} from './scope.js'
import {median, percentile, printTable} from './statistics.js'

const {values} = parseArgs({
  options: {
    runs: {type: 'string', default: '25'},
    plugins: {type: 'string', default: '0'},
    cli: {type: 'string'},
    json: {type: 'boolean', default: false},
  },
})
const [node, ownCli] = chatctl
const cli = values.cli ?? ownCli
const code = 'legal-zoo-abandon'

const rows = await inScope(measure)
if (values.json) console.log(JSON.stringify({runs: Number(values.runs), rows}))
else {
  printTable(
    ['', 'median ms', 'fastest', 'slowest', 'node -e 0'],
    rows.map(({name, ms, ratio, times}) => [
      name,
      ms.toFixed(0),
      ...[0, 100].map(percent => percentile(times, percent).toFixed(0)),
      ratio.toFixed(2),
    ]),
  )
}

async function measure(defer) {
  const directory = makeDirectory(defer, tmpdir())
  const home = join(directory, 'home')
  await loadIdentity(home)
  const env = {...process.env, CHATCTL_HOME: home, CHATCTL_CODE: code}
  for (let index = 0; index < Number(values.plugins); index++) await addPlugin(join(directory, `plugin-${index}`), env)
  const room = await openRoom(defer, env)
  const toEnd = (...args) => timeToEnd([node, ...args], env)
  const toScreen = (args, text) => timeToScreen([node, cli, ...args], text, env)
  const turns = {
    'node -e 0': () => toEnd('-e', '0'),
    '--version': () => toEnd(cli, '--version'),
    '--help': () => toEnd(cli, '--help'),
    id: () => toEnd(cli, 'id'),
    'first screen of host': () => toScreen(['host', '-p', '0', '--bind', '127.0.0.1'], 'closes the room'),
    'first screen of join': () => toScreen(['join', `127.0.0.1:${room}`, '-n', 'ana'], 'Type to talk'),
  }
  const times = Object.fromEntries(Object.keys(turns).map(name => [name, []]))
  for (let run = 0; run < Number(values.runs); run++)
    for (const [name, take] of Object.entries(turns)) times[name].push(await take())
  const base = median(times['node -e 0'])
  return Object.entries(times).map(([name, each]) => ({
    name,
    ms: median(each),
    ratio: median(each) / base,
    times: each,
  }))
}

/** Adds a plug-in by the command that people have for it. */
async function addPlugin(directory, env) {
  const name = basename(directory)
  const oclif = {hooks: {'chatctl:slash-commands': './hook.js'}}
  const command = `chatctl.command({name: '${name}', summary: 'does nothing', run: () => undefined})`
  mkdirSync(directory)
  writeFileSync(join(directory, 'package.json'), JSON.stringify({name, version: '1.0.0', type: 'module', oclif}))
  writeFileSync(
    join(directory, 'hook.js'),
    `export default async ({chatctl}) => ({apiVersion: 1, commands: [${command}]})\n`,
  )
  await runToItsEnd([node, cli, 'plugins', 'add', directory], {env})
}

/** A room that members come to, and its port. */
async function openRoom(defer, env) {
  const argv = [cli, 'host', '-p', '0', '--bind', '127.0.0.1', '--json', '-q']
  const host = spawnProcess(node, argv, {env, stdio: ['pipe', 'pipe', 'ignore']})
  defer(() => host.kill('SIGKILL'))
  const [line] = await once(host.stdout.setEncoding('utf8'), 'data')
  host.stdout.resume()
  return JSON.parse(line.split('\n')[0]).port
}

async function timeToEnd([command, ...args], env) {
  const began = performance.now()
  const child = spawnProcess(command, args, {env, stdio: 'ignore'})
  const [exitCode] = await once(child, 'exit')
  if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}`)
  return performance.now() - began
}

/** Until a text is on a terminal of its own. */
function timeToScreen([command, ...args], text, env) {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    let shown = ''
    const child = spawnOnTerminal(command, args, {name: 'xterm-256color', cols: 100, rows: 30, env})
    child.onExit(() => (shown.includes(text) ? resolve(elapsed) : reject(new Error(`${args.join(' ')}: ${shown}`))))
    let elapsed = 0
    child.onData(data => {
      shown += data
      if (elapsed > 0 || !shown.includes(text)) return
      elapsed = performance.now() - began
      child.kill('SIGKILL')
    })
  })
}
