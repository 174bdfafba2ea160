import {createServer, type Server} from 'node:net'
import {ChatctlError} from '../errors/index.js'
import {formatEndpoint} from './address.js'

/** What a server binds to. */
export interface Binding {
  /** 0 takes any free port. */
  readonly port: number
  /** The one address to listen on; every interface, IPv4 and IPv6, if absent. */
  readonly bind?: string | undefined
}

/**
 * Has a server listen.
 * @throws ChatctlError `port-in-use`, or `cannot-listen`
 */
export function bindServer(server: Server, {port, bind: host}: Binding): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error => reject(listenError(error, host, port)))
    server.listen({port, ...(host === undefined ? {} : {host})}, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

/**
 * Finds out whether a port can be listened on, at every interface: listens there for a moment, and takes nobody in.
 * @throws ChatctlError `port-in-use`, or `cannot-listen`
 */
export async function requireFreePort(port: number): Promise<void> {
  const server = createServer(socket => socket.destroy())
  await bindServer(server, {port})
  await new Promise(resolve => server.close(resolve))
}

function listenError(cause: NodeJS.ErrnoException, host: string | undefined, port: number): ChatctlError {
  if (cause.code === 'EADDRINUSE') return new ChatctlError('port-in-use', `port ${port} is already in use`, {cause})
  const where = host === undefined ? `port ${port}` : formatEndpoint(host, port)
  return new ChatctlError('cannot-listen', `cannot listen on ${where} (${cause.code ?? cause.message})`, {cause})
}
