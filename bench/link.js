import {spawnSync} from 'node:child_process'

/** How long a full queue takes to leave: 1,000 packets on 100 Mbit/s, as a device has them that does not manage it. */
const queue = '120ms'

/**
 * Makes each name a computer of its own, a network namespace, with a cable of a rate (`100mbit`) to one switch: both
 * directions are held to it. Returns the address of each, and what to put before a command that shall run there. For
 * root on Linux, with iproute2.
 */
export function makeComputers(defer, rate, names) {
  const [core, ...namespaces] = ['switch', ...names].map(name => `chatctl-bench-${process.pid}-${name}`)
  const limit = ['root', 'tbf', 'rate', rate, 'burst', '16kb', 'latency', queue]
  for (const namespace of [core, ...namespaces]) {
    run('ip', 'netns', 'add', namespace)
    defer(() => spawnSync('ip', ['netns', 'delete', namespace]))
  }
  run('ip', '-n', core, 'link', 'add', 'bridge', 'up', 'type', 'bridge')
  return namespaces.map((namespace, index) => {
    const [port, address] = [`port${index}`, `10.0.0.${index + 1}`]
    run('ip', '-n', core, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'cable', 'netns', namespace)
    run('ip', '-n', core, 'link', 'set', port, 'master', 'bridge', 'up')
    // Its own address is reached through it.
    run('ip', '-n', namespace, 'link', 'set', 'lo', 'up')
    run('ip', '-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'cable')
    run('ip', '-n', namespace, 'link', 'set', 'cable', 'up')
    run('tc', '-n', core, 'qdisc', 'add', 'dev', port, ...limit)
    run('tc', '-n', namespace, 'qdisc', 'add', 'dev', 'cable', ...limit)
    return {address, enter: ['ip', 'netns', 'exec', namespace]}
  })
}

function run(command, ...args) {
  const {status, stderr, error} = spawnSync(command, args, {encoding: 'utf8'})
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`)
}
