import {EventEmitter, on} from 'node:events'
import {createInterface} from 'node:readline'
import {fileURLToPath, URL} from 'node:url'
import {loadIdentity} from '../build/security/identity.js'
import {startProcess} from './scope.js'

/** The command line of the real binary. */
export const chatctl = [process.execPath, fileURLToPath(new URL('../bin/run.js', import.meta.url))]

/** The command line of `chatctl send-file` to a place; paths and flags follow. */
export function sendCommand(to) {
  return [...chatctl, 'send-file', '--quiet', '--to', to]
}

const troubles = ['error', 'failed', 'declined', 'cancelled']

/**
 * Starts `chatctl host`, taking all files into `out`; returns it with its port and code. It is on loopback, or, behind
 * `enter`, on another computer of this bench. Trouble ends the benchmark, unless it is expected.
 */
export async function startHost(defer, {home, out, enter = [], address = '127.0.0.1', expectsTrouble = false}) {
  const args = ['host', '--port', '0', '--bind', address, '--nick', 'host', '--accept', 'all', '--out', out]
  const room = await startMember(defer, args, {home, enter, expectsTrouble})
  const {port, code} = await room.next('listening')
  return {...room, port, code}
}

/** Starts `chatctl join` to such a host, and waits until it is in the room. */
export async function startGuest(defer, {port, code}, {home, out, nick}) {
  const args = ['join', `127.0.0.1:${port}`, '--nick', nick, '--accept', 'all', '--out', out]
  const guest = await startMember(defer, args, {home, code})
  await guest.next('connected')
  return guest
}

/** What the binary finds in its environment. */
export function environment({home, code}) {
  return {...process.env, CHATCTL_HOME: home, ...(code && {CHATCTL_CODE: code})}
}

/** Starts a member in event mode: what it tells comes by `next`, and `act` has it do something. */
async function startMember(defer, args, given) {
  // Made here: who makes its own is left with a larger heap than who finds it.
  await loadIdentity(given.home)
  const child = startProcess(defer, [...(given.enter ?? []), ...chatctl, ...args, '--json', '--quiet'], {
    env: environment(given),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  createInterface({input: child.stderr}).on('line', line => {
    // Even the quietest host says this much.
    if (!line.startsWith('listening on ')) console.error(line)
  })
  const events = new EventEmitter()
  const told = createInterface({input: child.stdout}).on('line', line => {
    const event = JSON.parse(line)
    if (troubles.includes(event.event) && !given.expectsTrouble)
      events.emit('error', new Error(`${args[0]}: ${event.message}`))
    else events.emit(event.event, event)
  })
  return {
    pid: child.pid,
    /** Resolves with the next event of a name, which fits if that is asked; any trouble rejects. */
    async next(name, fits = () => true) {
      for await (const [event] of on(events, name)) if (fits(event)) return event
    },
    /** Reads on, and minds nothing of it: neither trouble nor floods. */
    ignore() {
      told.close()
      child.stdout.resume()
    },
    act: action => child.stdin.write(`${JSON.stringify(action)}\n`),
  }
}
