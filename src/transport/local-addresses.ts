import {networkInterfaces, type NetworkInterfaceInfo} from 'node:os'

/** Interfaces that lead to containers and virtual machines of this computer, not to other people. */
const bridgePattern = /^(docker|br-|veth|virbr|cni|flannel|podman|lxc|vmnet|vboxnet)/

/**
 * The addresses at which others can reach this computer, best first: IPv4, then IPv6 that is not link-local; loopback
 * only when there is nothing else.
 */
export function localAddresses(interfaces = networkInterfaces()): string[] {
  const entries = Object.entries(interfaces)
    .filter(([name]) => !bridgePattern.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
  const outward = entries.filter(entry => !entry.internal && rank(entry) < linkLocalRank)
  const chosen = outward.length > 0 ? outward : entries.filter(entry => entry.internal)
  return chosen.sort((one, other) => rank(one) - rank(other)).map(({address}) => address)
}

/** The addresses at which a listener can be reached: the one that it is bound to, or all of this computer. */
export function reachableAddresses(bind: string | undefined): string[] {
  const isEverywhere = bind === undefined || bind === '::' || bind === '0.0.0.0'
  return isEverywhere ? localAddresses() : [bind]
}

const linkLocalRank = 3

function rank({family, address}: NetworkInterfaceInfo): number {
  if (address.startsWith('169.254.') || address.toLowerCase().startsWith('fe80:')) return linkLocalRank
  if (family === 'IPv4') return 0
  // RFC 4193: unique local addresses reach as far as the private network does.
  return /^f[cd]/i.test(address) ? 2 : 1
}
