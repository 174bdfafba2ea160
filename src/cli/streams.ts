/** How the standard streams are used: redrawn for a person, as lines, or as events. */
export type Mode = 'terminal' | 'line' | 'event'

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What decides the mode. */
export interface ModeInput {
  isStdinTerminal: boolean
  isStdoutTerminal: boolean
  argv: readonly string[]
  env: Environment
}

/**
 * Decides once how the standard streams are used.
 *
 * It reads the arguments as they were typed: a command line that cannot be parsed is reported in its mode too.
 */
export function decideMode({isStdinTerminal, isStdoutTerminal, argv, env}: ModeInput): Mode {
  if (hasFlag(argv, '--json')) return 'event'
  const isPlain = hasFlag(argv, '--plain') || env['CHATCTL_PLAIN'] === '1' || env['TERM'] === 'dumb'
  return isStdinTerminal && isStdoutTerminal && !isPlain ? 'terminal' : 'line'
}

/** Returns the value of a flag as it was typed; the last one counts. */
export function flagValue(argv: readonly string[], flag: string): string | undefined {
  const flags = beforeDoubleDash(argv)
  const values = flags.flatMap((arg, at) => (arg === flag ? flags[at + 1] : valueBehind(`${flag}=`, arg)) ?? [])
  return values.at(-1)
}

function valueBehind(start: string, arg: string): string | undefined {
  return arg.startsWith(start) ? arg.slice(start.length) : undefined
}

function hasFlag(argv: readonly string[], flag: string): boolean {
  return beforeDoubleDash(argv).includes(flag)
}

function beforeDoubleDash(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}
