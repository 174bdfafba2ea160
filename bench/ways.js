import {startDelayingProxy} from './delaying-proxy.js'
import {makeComputers} from './link.js'

/**
 * Between which two computers a thing is carried: what to put before a command that shall run at either, the address
 * at which the server listens, how the client reaches a port of it, and how many MiB make a fair measure there.
 */
export const ways = {
  loopback: {
    mib: 1024,
    title: 'over loopback',
    make: () => ({
      address: '127.0.0.1',
      atServer: [],
      atClient: [],
      reach: async port => ({host: '127.0.0.1', port}),
    }),
  },
  fat: {
    mib: 1024,
    title: 'over 100 ms of round trip at 1 Gbit/s, made by a proxy',
    make(defer) {
      const proxies = new Map()
      const reach = async port => {
        if (!proxies.has(port)) proxies.set(port, startDelayingProxy(defer, port, {delayMs: 50, megabits: 1000}))
        return {host: '127.0.0.1', port: await proxies.get(port)}
      }
      return {...ways.loopback.make(), reach, isByPort: true}
    },
  },
  '100mbit': {
    mib: 64,
    title: 'over a link of 100 Mbit/s, made of network namespaces',
    make(defer) {
      const [server, client] = makeComputers(defer, '100mbit', ['server', 'client'])
      const {address, enter: atServer} = server
      return {address, atServer, atClient: client.enter, reach: async port => ({host: address, port})}
    },
  },
}
