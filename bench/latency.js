#!/usr/bin/env node
// Round trip of a message on one session over TLS on loopback: idle, and while a bulk channel saturates the
// connection; beside the rate that the channel alone reaches. Both ends are processes of their own.
//
//   node bench/latency.js [--seconds 3] [--runs 5] [--json]
import {fork} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {loadIdentity} from '../build/security/identity.js'
import {systemClock} from '../build/session/clock.js'
import {Connection} from '../build/session/connection.js'
import {Session} from '../build/session/session.js'
import {dial} from '../build/transport/tls-dialer.js'
import {listen} from '../build/transport/tls-listener.js'
import {pause, sample} from './sample.js'
import {median, printTable, summary} from './statistics.js'

const label = {transfer: '0'.repeat(32)}
const nobody = {nextFrame: () => undefined, frame() {}, chunk() {}, closed() {}}

if (process.argv[2] === 'receiver') await receive(process.argv[3])
else await measure()

/** The host's end: echoes messages, takes bulk and throws it away, and tells its rate. */
async function receive(home) {
  const credentials = await loadIdentity(home)
  let bytes = 0
  process.on('disconnect', () => process.exit(0))
  process.on('message', () => {
    process.send({bytes})
    bytes = 0
  })
  const listener = await listen({
    port: 0,
    bind: '127.0.0.1',
    credentials,
    onTransport(transport) {
      const session = attach('host', transport, {
        message: ({text}) => session.send({type: 'message', id: 1, from: {id: 1, nick: 'host'}, kind: 'say', text}),
        channel: channel =>
          channel.receive({
            bytes(piece) {
              bytes += piece.length
              channel.release(piece.length)
            },
            end() {},
            failed() {},
          }),
        detached() {},
        ended() {},
      })
    },
  })
  process.send({port: listener.port})
}

function attach(role, transport, owner) {
  const session = new Session(role, owner)
  const connection = new Connection(transport, nobody, systemClock)
  session.attach(connection, 0)
  connection.start(Buffer.alloc(0))
  return session
}

async function measure() {
  const {values} = parseArgs({
    options: {
      seconds: {type: 'string', default: '3'},
      runs: {type: 'string', default: '5'},
      json: {type: 'boolean', default: false},
    },
  })
  const runs = []
  for (let run = 0; run < Number(values.runs); run++) runs.push(await measureOnce(Number(values.seconds) * 1000))
  const rows = ['idle', 'bulk alone', 'talk beside bulk'].map(name => {
    const figures = runs.map(run => run[name])
    const of = key => figures.map(figure => figure[key]).filter(Number.isFinite)
    return {
      name,
      rate: median(of('rate')),
      p50: median(of('p50')),
      p99: median(of('p99')),
      worstP99: Math.max(...of('p99')),
    }
  })
  if (values.json) console.log(JSON.stringify({runs, rows}))
  else {
    const show = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '')
    printTable(
      ['', 'MB/s', 'p50 ms', 'p99 ms', 'worst p99'],
      rows.map(({name, rate, p50, p99, worstP99}) => [
        name,
        show(rate, 0),
        show(p50, 2),
        show(p99, 2),
        show(worstP99, 2),
      ]),
    )
    const shares = runs.map(run => run['talk beside bulk'].rate / run['bulk alone'].rate)
    console.log(
      `\nbulk beside talk keeps ${median(shares).toFixed(2)} of its rate alone (${shares.map(x => x.toFixed(2)).join(' ')})`,
    )
  }
}

async function measureOnce(milliseconds) {
  const home = await mkdtemp(join(tmpdir(), 'chatctl-bench-'))
  // Made here: a receiver that made its own would be left with a larger heap than any that finds it.
  const credentials = await loadIdentity(home)
  const child = fork(import.meta.filename, ['receiver', home])
  try {
    const {port} = await next(child)
    const transport = await dial({host: '127.0.0.1', port, credentials, timeoutMs: 5000})
    const pending = []
    const session = attach('joiner', transport, {
      message: () => pending.shift()?.(),
      channel() {},
      detached() {},
      ended() {},
    })
    const roundTrip = async () => {
      const began = performance.now()
      const answered = new Promise(resolve => pending.push(resolve))
      session.send({type: 'say', kind: 'say', text: 'x'})
      await answered
      return performance.now() - began
    }
    await sample(roundTrip, 300)
    const idle = summary(await sample(roundTrip, milliseconds))
    const stop = saturate(session)
    await pause(500)
    const alone = await rateOf(child, () => pause(milliseconds))
    let talk = []
    const beside = await rateOf(child, async () => (talk = await sample(roundTrip, milliseconds)))
    stop()
    session.close('bye')
    return {idle, 'bulk alone': {rate: alone}, 'talk beside bulk': {rate: beside, ...summary(talk)}}
  } finally {
    if (child.connected) child.disconnect()
    await rm(home, {recursive: true, force: true})
  }
}

function saturate(session) {
  const channel = session.openChannel(label)
  const buffers = [Buffer.alloc(256 * 1024, 1), Buffer.alloc(256 * 1024, 2)]
  let isStopped = false
  const pump = async buffer => {
    while (!isStopped) await channel.write(buffer)
  }
  for (const buffer of buffers) pump(buffer).catch(() => {})
  return () => (isStopped = true)
}

async function rateOf(child, during) {
  child.send('reset')
  await next(child)
  const began = performance.now()
  await during()
  const elapsed = performance.now() - began
  child.send('read')
  const {bytes} = await next(child)
  return bytes / elapsed / 1000
}

function next(child) {
  return new Promise(resolve => child.once('message', resolve))
}
