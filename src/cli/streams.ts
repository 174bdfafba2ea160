/** How the standard streams are used: redrawn for a person, as lines, or as events. */
export type Mode = 'terminal' | 'line' | 'event'

type Environment = Readonly<Record<string, string | undefined>>

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

/** What decides whether a stream gets colours. */
export interface ColorInput {
  isTerminal: boolean
  mode: Mode
  env: Environment
}

/**
 * Decides once whether a stream gets colours.
 *
 * NO_COLOR comes first, then FORCE_COLOR; only a person's screen has them unasked.
 */
export function decideColor({isTerminal, mode, env}: ColorInput): boolean {
  if (env['NO_COLOR'] || mode === 'event') return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return isTerminal && mode === 'terminal' && env['TERM'] !== 'dumb'
}

function hasFlag(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes(flag)
}
