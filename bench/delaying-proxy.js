// A long fat link between a client and a port on loopback: what comes in on either side leaves on the other after a
// delay, and no faster than a rate. A process of its own, so that its work waits for nobody else's.
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {connect, createServer} from 'node:net'
import {clearTimeout, setTimeout} from 'node:timers'

/** What a link's device holds besides what is on its way, as a time at its rate. */
const queueMs = 10

if (process.argv[2] === 'link') await link(JSON.parse(process.argv[3]))

/** Starts a proxy before `port` that lasts as long as the scope; returns the port to connect to. */
export async function startDelayingProxy(defer, port, {delayMs, megabits}) {
  const child = fork(import.meta.filename, ['link', JSON.stringify({port, delayMs, bytesPerMs: megabits * 125})])
  defer(() => child.kill('SIGKILL'))
  const [own] = await once(child, 'message')
  return own
}

async function link({port, delayMs, bytesPerMs}) {
  const proxy = createServer({noDelay: true, allowHalfOpen: true}, near => {
    const far = connect({port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true})
    delay(near, far, delayMs, bytesPerMs)
    delay(far, near, delayMs, bytesPerMs)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  process.on('disconnect', () => process.exit())
  process.send(proxy.address().port)
}

/**
 * Carries one direction: each piece is due when those before it have passed, and the delay besides; it waits on while whoever
 * is to have it reads nothing, and so does what comes behind it.
 */
function delay(from, to, delayMs, bytesPerMs) {
  const most = bytesPerMs * (delayMs + queueMs)
  const waiting = []
  let held = 0
  let passedMs = 0
  let timer

  const deliver = () => {
    clearTimeout(timer)
    timer = undefined
    while (waiting.length > 0 && waiting[0].dueMs <= performance.now() && !to.writableNeedDrain) {
      const {piece} = waiting.shift()
      if (piece === undefined) to.end()
      else to.write(piece)
      held -= piece?.length ?? 0
    }
    if (held < most) from.resume()
    if (waiting.length > 0 && !to.writableNeedDrain)
      timer = setTimeout(deliver, Math.max(0, waiting[0].dueMs - performance.now()))
  }
  const accept = (piece, byteLength) => {
    passedMs = Math.max(passedMs, performance.now()) + byteLength / bytesPerMs
    waiting.push({piece, dueMs: passedMs + delayMs})
    held += byteLength
    if (held >= most) from.pause()
    if (!to.writableNeedDrain) timer ??= setTimeout(deliver, delayMs)
  }
  to.on('drain', deliver)
  from.on('data', piece => accept(piece, piece.length))
  from.on('end', () => accept(undefined, 0))
  from.on('error', () => to.destroy())
}
