/** Returns the help flags beside `--help` for one call of a command of ours: `-h` unless it gives `join` an address. */
export function helpFlagsFor(id: string | undefined, argv: readonly string[], flags: readonly string[] = []): string[] {
  const others = flags.filter(flag => flag !== '-h')
  return isJoin(id) && isEveryAddressGiven(argv) ? others : [...others, '-h']
}

function isJoin(id: string | undefined): boolean {
  return id === 'join' || id === 'chat:join'
}

function isEveryAddressGiven(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const flagged = end === -1 ? argv : argv.slice(0, end)
  return flagged.every((arg, at) => arg !== '-h' || isValue(flagged[at + 1]))
}

function isValue(arg: string | undefined): boolean {
  return arg !== undefined && !arg.startsWith('-')
}
