import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {loadIdentity} from '../../build/security/identity.js'
import {freePort, runToItsEnd, startJob} from '../processes.js'
import {inScope} from '../scope.js'
import {findProgram} from './find-program.js'

/** Programs that pipe a file through TLS and know nothing else: no name, no size, no check of what arrived. */
export async function pipeCarriers(defer, way, directory) {
  const credentials = await makeCredentials(directory)
  const carriers = []
  for (const [name, commands] of [
    ['ncat --ssl', ncat],
    ['socat OPENSSL', socat],
  ]) {
    if (findProgram(name.split(' ')[0]) === undefined) continue
    const port = await freePort()
    const place = await way.reach(port)
    const carry = (source, into) =>
      pipe(way, commands({...credentials, ...place, own: way.address, at: port, source, into}))
    carriers.push({name, kinds: ['file'], carry})
  }
  return carriers
}

function pipe({atServer, atClient}, {receive, send, isReady, path}) {
  return inScope(async defer => {
    const receiver = startJob(defer, [...atServer, ...receive])
    await receiver.line(isReady)
    await runToItsEnd([...atClient, ...send])
    await receiver.ended
    return path
  })
}

function ncat({key, certificate, host, port, own, at, source, into}) {
  const path = join(into, 'piped')
  const tls = ['--ssl-key', key, '--ssl-cert', certificate]
  return {
    path,
    isReady: /Listening on/,
    receive: ['sh', '-c', `exec ncat -v --ssl ${tls.join(' ')} --recv-only -l ${own} ${at} > ${path}`],
    send: ['sh', '-c', `exec ncat --ssl --send-only ${host} ${port} < ${source}`],
  }
}

function socat({key, certificate, host, port, own, at, source, into}) {
  const path = join(into, 'piped')
  const listen = `OPENSSL-LISTEN:${at},bind=${own},reuseaddr,key=${key},cert=${certificate},verify=0`
  const quick = ['socat', '-u', '-b', String(256 * 1024)]
  return {
    path,
    isReady: /listening on/,
    receive: [...quick, '-d', '-d', listen, `OPEN:${path},creat,trunc`],
    send: [...quick, `OPEN:${source}`, `OPENSSL:${host}:${port},verify=0`],
  }
}

async function makeCredentials(directory) {
  const identity = await loadIdentity(join(directory, 'pipes'))
  const paths = {key: join(directory, 'pipe-key.pem'), certificate: join(directory, 'pipe-certificate.pem')}
  for (const [name, path] of Object.entries(paths)) writeFileSync(path, identity[name])
  return paths
}
