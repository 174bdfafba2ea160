import type {networkInterfaces} from 'node:os'

/** Returns at which interface each address of this computer is. */
export function interfaceNames(interfaces: ReturnType<typeof networkInterfaces>): Readonly<Record<string, string>> {
  const pairs = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses.map(({address}) => [address, name] as const),
  )
  return Object.fromEntries(pairs)
}
