import {networkInterfaces, type NetworkInterfaceInfo} from 'node:os'

/** Interfaces that lead to containers and virtual machines of this computer, not to other people. */
const bridgePattern =
  /^(docker|br-|veth|virbr|cni|flannel|cali|kube|podman|lxc|lxd|incus|vmnet|vboxnet|bridge1\d\d|vEthernet|awdl|llw)/

/** Interfaces that lead to those of a private network only, wherever they are. */
const tunnelPattern = /^(tun|tap|utun|wg|ppp|ipsec|tailscale|zt|nordlynx|proton)/

type LocalAddress = NetworkInterfaceInfo & {readonly name: string}

/**
 * The addresses at which others can reach this computer, best first: IPv4, at a tunnel after all others, then IPv6 that
 * is not link-local; loopback only when there is nothing else.
 */
export function localAddresses(interfaces = networkInterfaces()): string[] {
  const entries = Object.entries(interfaces)
    .filter(([name]) => !bridgePattern.test(name))
    .flatMap(([name, addresses = []]) => addresses.map((info): LocalAddress => ({...info, name})))
  const outward = entries.filter(entry => !entry.internal && rank(entry) < linkLocalRank)
  const chosen = outward.length > 0 ? outward : entries.filter(entry => entry.internal)
  return chosen.sort((one, other) => rank(one) - rank(other)).map(({address}) => address)
}

/** The addresses at which a listener can be reached: the one that it is bound to, or all of this computer. */
export function reachableAddresses(bind: string | undefined): string[] {
  const isEverywhere = bind === undefined || bind === '::' || bind === '0.0.0.0'
  return isEverywhere ? localAddresses() : [bind]
}

const linkLocalRank = 4

function rank({name, family, address}: LocalAddress): number {
  if (address.startsWith('169.254.') || address.toLowerCase().startsWith('fe80:')) return linkLocalRank
  if (family === 'IPv4') return tunnelPattern.test(name) ? 1 : 0
  // RFC 4193: unique local addresses reach as far as the private network does.
  return /^f[cd]/i.test(address) ? 3 : 2
}
