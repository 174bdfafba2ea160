import {ChatctlError} from '../errors/index.js'

/** The port of a room unless another is given. */
export const defaultPort = 5000

/** An address, or what stands for one, perhaps with a port. */
export interface Address {
  host: string
  port?: number
}

/**
 * Reads `HOST[:PORT]`: an IPv4 address, an IPv6 address (`[::1]:5000` with a port; a bare one with two colons is all
 * address; zones are kept) or a name.
 *
 * Throws a {@link ChatctlError} `bad-argument` for anything else.
 */
export function parseAddress(text: string): Address {
  const [, bracketed, bracketedPort] = /^\[([^\]]*)\](?::(.*))?$/s.exec(text) ?? []
  if (bracketed !== undefined) return withTypedPort(ipv6(bracketed, text), bracketedPort, text)
  if (text.split(':').length > 2) return {host: ipv6(text, text)}
  const [host = '', port] = text.split(':')
  return withTypedPort(ipv4OrName(host, text), port, text)
}

/**
 * Settles on one address from all the places where it, or its port, may be given; undefined when none names a host.
 *
 * Throws a {@link ChatctlError} `address-conflict` when two of them differ.
 */
export function resolveAddress(typed: readonly (string | undefined)[], port?: number): Address | undefined {
  const given = typed.filter(text => text !== undefined).map(parseAddress)
  const host = agree(
    'address',
    given.map(address => address.host.toLowerCase()),
  )
  const settledPort = agree('port', [...given.map(address => address.port), port])
  return host === undefined ? undefined : withPort(given[0]?.host ?? host, settledPort)
}

function agree<T extends string | number>(what: string, values: readonly (T | undefined)[]): T | undefined {
  const [first, ...others] = values.filter(value => value !== undefined)
  const other = others.find(value => value !== first)
  if (other === undefined) return first
  throw new ChatctlError('address-conflict', `the ${what} is given as ${first ?? ''} and as ${other}`)
}

function withPort(host: string, port: number | undefined): Address {
  return port === undefined ? {host} : {host, port}
}

function withTypedPort(host: string, port: string | undefined, text: string): Address {
  if (port === undefined) return {host}
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0
  if (number < 1 || number > 65_535) throw notAnAddress(text, 'the port is a number from 1 to 65535')
  return {host, port: number}
}

function ipv6(host: string, text: string): string {
  const [address = '', zone, ...rest] = host.split('%')
  const isZoneFit = zone === undefined || /^[\w.~-]+$/.test(zone)
  if (rest.length > 0 || !isZoneFit || !URL.canParse(`http://[${address}]/`)) {
    throw notAnAddress(text, 'not an IPv6 address')
  }
  return host
}

function ipv4OrName(host: string, text: string): string {
  if (!/^[\p{L}\p{M}\p{N}._-]+$/u.test(host)) throw notAnAddress(text, 'an address or a name is needed')
  return host
}

function notAnAddress(text: string, reason: string): ChatctlError {
  return new ChatctlError('bad-argument', `cannot read ${JSON.stringify(text)} as HOST[:PORT]: ${reason}`, {
    hint: 'Write 192.168.1.5, 192.168.1.5:5000, [fd00::17]:5000 or a name.',
  })
}
