import {ChatctlError} from './errors/index.js'
import type {KnownPeers} from './security/known-peers.js'

/** The port of a room unless another is given. */
const defaultPort = 5000

/** Where to dial. */
export interface HostAddress {
  readonly host: string
  readonly port: number
}

/** Where a host is, and which device alone may answer there; any when it is undefined. */
export interface FoundHost {
  readonly address: HostAddress
  readonly fingerprint: string | undefined
}

/**
 * Finds the host that is meant: a remembered device where it was met last, if that is its name here, else an address.
 * What has a dot or a colon in it is always an address, so that a device cannot be called like one.
 * @throws ChatctlError `no-address` when nobody knows where the remembered device is
 */
export function findHost({host, port}: {host: string; port?: number}, peers: KnownPeers): FoundHost {
  const peer = /[.:]/.test(host) ? undefined : peers.find(host)
  if (peer === undefined) return {address: {host, port: port ?? defaultPort}, fingerprint: undefined}
  const {name, address, fingerprint} = peer
  if (address === undefined) throw new ChatctlError('no-address', `it is not known where ${name} is`, {hint})
  return {address: {host: address.host, port: port ?? address.port ?? defaultPort}, fingerprint}
}

const hint = 'Name its address this time: from then on it is known.'
