import {randomBytes} from 'node:crypto'
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {freePort, startJob} from '../processes.js'
import {inScope, startProcess} from '../scope.js'
import {findProgram} from './find-program.js'

/** croc through a relay of the bench's own, beside its receiver. It tells the relay's ports itself: no proxy fits in. */
export async function crocCarriers(defer, {address, atServer, atClient, isByPort}, directory) {
  const croc = findProgram('croc')
  if (croc === undefined || isByPort) return []
  const ports = [await freePort(), await freePort()]
  startProcess(defer, [...atServer, croc, 'relay', '--host', address, '--ports', ports.join()], {stdio: 'ignore'})
  const common = [croc, '--yes', '--ignore-stdin', '--disable-clipboard', '--relay', `${address}:${ports[0]}`]
  const carry = (source, into) =>
    inScope(async defer => {
      const secret = randomBytes(12).toString('hex')
      const env = {...process.env, CROC_SECRET: secret, HOME: join(directory, 'croc')}
      const send = [...atClient, ...common, 'send', '--no-local', '--code', secret, source]
      const sender = startJob(defer, send, {env})
      await sender.line(/Code is/)
      const receiver = startJob(defer, [...atServer, ...common, '--overwrite', '--out', into], {env, cwd: into})
      await Promise.all([sender.ended, receiver.ended])
      return join(into, 'source')
    })
  mkdirSync(join(directory, 'croc'))
  return [{name: 'croc', kinds: ['file', 'tree'], carry}]
}
