import {randomInt} from 'node:crypto'
import {join} from 'node:path'
import {freePort, startJob} from '../processes.js'
import {inScope, startProcess} from '../scope.js'
import {findProgram} from './find-program.js'

/** magic-wormhole with a mailbox of the bench's own; the two ends connect directly, where the peer's bytes go. */
export async function wormholeCarriers(defer, {address, atServer, atClient, isByPort}, directory) {
  const [wormhole, twist] = [findProgram('wormhole'), findProgram('twist')]
  if (wormhole === undefined || twist === undefined || isByPort) return []
  const port = await freePort()
  const place = `tcp:${port}:interface=${address}`
  const database = `--channel-db=${join(directory, 'mailbox.sqlite')}`
  startProcess(defer, [...atServer, twist, 'wormhole-mailbox', `--port=${place}`, database], {stdio: 'ignore'})
  const common = [wormhole, '--relay-url', `ws://${address}:${port}/v1`, '--transit-helper', `tcp:${address}:1`]
  const carry = (source, into) =>
    inScope(async defer => {
      const code = `${randomInt(1000, 100000)}-bench-${randomInt(1e6)}`
      const sender = startJob(defer, [...atClient, ...common, 'send', '--hide-progress', '--code', code, source])
      const receive = [...common, 'receive', '--hide-progress', '--accept-file', '-o', join(into, 'received'), code]
      const receiver = startJob(defer, [...atServer, ...receive])
      await Promise.all([sender.ended, receiver.ended])
      return join(into, 'received')
    })
  return [{name: 'magic-wormhole', kinds: ['file', 'tree'], carry}]
}
