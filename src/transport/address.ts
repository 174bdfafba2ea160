import {isIPv6} from 'node:net'

/** An address and a port as people write them: `192.168.1.5:5000`, `[::1]:5000`. */
export function formatEndpoint(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}

/** An IPv4 address that a socket for both families shows as IPv6 (RFC 4291, section 2.5.5.2), as IPv4 again. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
}
