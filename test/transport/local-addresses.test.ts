import type {NetworkInterfaceInfo} from 'node:os'
import {describe, expect, it} from 'vitest'
import {localAddresses, reachableAddresses} from '../../src/transport/local-addresses.js'

function at(address: string, internal = false): NetworkInterfaceInfo[] {
  const common = {address, internal, netmask: '', mac: '', cidr: null}
  return [address.includes(':') ? {...common, family: 'IPv6', scopeid: 0} : {...common, family: 'IPv4'}]
}

const lo = [...at('127.0.0.1', true), ...at('::1', true)]

describe('the addresses of this computer', () => {
  it('are those that others can reach, the best first', () => {
    const interfaces = {
      lo,
      tun0: at('10.8.0.4'),
      wlan0: [...at('fe80::1'), ...at('fd00::17'), ...at('2001:db8::1'), ...at('192.168.1.23')],
      eth1: at('169.254.7.7'),
    }
    expect(localAddresses(interfaces)).toEqual(['192.168.1.23', '10.8.0.4', '2001:db8::1', 'fd00::17'])
  })

  it.each(['docker0', 'br-1a2b3c', 'veth12ab', 'virbr0', 'cni0', 'podman1', 'lxcbr0', 'vEthernet (WSL)', 'bridge100'])(
    'are none at %s, which leads to containers',
    name => {
      expect(localAddresses({lo, [name]: at('172.17.0.1'), eth0: at('192.168.1.23')})).toEqual(['192.168.1.23'])
    },
  )

  it.each(['br0', 'bridge0', 'eth0', 'en0', 'Wi-Fi', 'Ethernet'])('may be at %s', name => {
    expect(localAddresses({lo, [name]: at('192.168.1.23')})).toEqual(['192.168.1.23'])
  })

  it('are those of loopback only where there is nothing else', () => {
    expect(localAddresses({lo, docker0: at('172.17.0.1'), eth0: at('fe80::1')})).toEqual(['127.0.0.1', '::1'])
  })

  it('are the one that is bound', () => {
    expect(reachableAddresses('127.0.0.1')).toEqual(['127.0.0.1'])
  })
})
