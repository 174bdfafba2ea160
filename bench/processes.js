import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer} from 'node:net'
import {createInterface} from 'node:readline'
import {inScope} from './scope.js'

/** Runs a program to its end, which has to be a good one. */
export function runToItsEnd(command, options = {}) {
  return inScope(defer => startJob(defer, command, options).ended)
}

/**
 * Starts a program that ends by itself, and not later than the scope. `ended` rejects when it does so badly; `line`
 * waits for one of its lines, on either output, that matches.
 */
export function startJob(defer, [program, ...args], {stdio = ['ignore', 'ignore', 'pipe'], ...options} = {}) {
  const child = spawn(program, args, {...options, stdio})
  defer(() => child.kill('SIGKILL'))
  const said = []
  const outputs = [child.stdout, child.stderr].filter(output => output !== null)
  const readers = outputs.map(input => createInterface({input}).on('line', line => said.push(line)))
  const ended = once(child, 'exit').then(([code, signal]) => {
    if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}: ${said.slice(-3).join(' / ')}`)
  })
  // Whoever waits for a line first must not miss it, nor be killed by it.
  ended.catch(() => undefined)
  const line = pattern => {
    const found = new Promise(resolve => {
      const look = text => pattern.test(text) && resolve(pattern.exec(text))
      said.forEach(look)
      for (const reader of readers) reader.on('line', look)
    })
    const never = ended.then(() => {
      throw new Error(`${program} has ended, and never said ${pattern}`)
    })
    return Promise.race([found, never])
  }
  return {child, ended, line}
}

/** A port of loopback that nobody uses now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address()
  server.close()
  return port
}
