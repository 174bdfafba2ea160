import type {Look} from '../ui/look.js'
import {themeNames, type ThemeName} from '../ui/palettes.js'
import {flagValue, type Environment, type Mode} from './streams.js'

/** What decides how a stream looks. */
export interface LookInput {
  isTerminal: boolean
  mode: Mode
  argv: readonly string[]
  env: Environment
  platform: NodeJS.Platform
  hostname: string
  commandStart: string
}

/** Decides once how a stream looks. What does not go to a terminal is UTF-8, wherever this runs. */
export function decideLook(input: LookInput): Look {
  const {isTerminal, env, platform, hostname, commandStart} = input
  const isScreen = isTerminal && input.mode === 'terminal' && env['TERM'] !== 'dumb'
  return {
    colors: decideColors(input),
    theme: decideTheme(input),
    isUnicode: !isTerminal || isUnicodeTerminal(env, platform),
    ...(isScreen && knowsLinks(env) && {links: {hostname}}),
    hasClipboard: isScreen && takesClipboard(env),
    commandStart,
  }
}

/** NO_COLOR comes first, then FORCE_COLOR; only a person's screen has colours unasked. */
function decideColors({isTerminal, mode, env}: LookInput): Look['colors'] {
  if (env['NO_COLOR'] || mode === 'event') return 0
  const forced = env['FORCE_COLOR']
  if (forced === '0' || forced === 'false') return 0
  if (forced === '1') return 16
  if (forced === '2' || forced === '3') return 256
  if (forced === undefined && !(isTerminal && mode === 'terminal' && env['TERM'] !== 'dumb')) return 0
  return hasManyColors(env) ? 256 : 16
}

const capableTerminals = /256|direct|kitty|ghostty|alacritty|foot|wezterm/

function hasManyColors(env: Environment): boolean {
  return isAnySet(env, 'COLORTERM', 'WT_SESSION') || capableTerminals.test(env['TERM'] ?? '')
}

/** The flag comes before CHATCTL_THEME; unless they say otherwise, a terminal may tell what its background is. */
function decideTheme({argv, env}: LookInput): ThemeName {
  const asked = flagValue(argv, '--theme') ?? env['CHATCTL_THEME']
  const known = themeNames.find(name => name === asked) ?? 'auto'
  return known === 'auto' ? themeOfBackground(env['COLORFGBG']) : known
}

/** `foreground;background`, as numbers of the 16 colours (rxvt, Konsole); 7 and those from 9 on are bright. */
function themeOfBackground(colors: string | undefined): ThemeName {
  const [, background] = /^\d+;(?:\w+;)?(\d+)$/.exec(colors ?? '') ?? []
  if (background === undefined) return 'auto'
  return Number(background) === 7 || Number(background) > 8 ? 'light' : 'dark'
}

/** The console of Windows, and of Linux, have characters but not these marks. */
function isUnicodeTerminal(env: Environment, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return isAnySet(env, 'WT_SESSION', 'TERM_PROGRAM', 'ConEmuTask')
  if (env['TERM'] === 'linux') return false
  const locale = ['LC_ALL', 'LC_CTYPE', 'LANG'].map(name => env[name]).find(Boolean)
  return locale === undefined ? platform === 'darwin' : /utf-?8/i.test(locale)
}

/** They say who they are in TERM, and know links and the clipboard. */
const modernTerminals = /kitty|ghostty|alacritty|foot/
const linkingPrograms = ['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'rio', 'Tabby']
/** The first version of VTE (GNOME Terminal and others) that knows links and does not crash on them. */
const linkingVte = 5002
/** Konsole 20.12. */
const linkingKonsole = 201_200

/** Only where it is known: elsewhere it may be printed. What is open over ssh is a file of another computer. */
function knowsLinks(env: Environment): boolean {
  if (isAnySet(env, 'TMUX', 'STY', 'SSH_CONNECTION')) return false
  if (linkingPrograms.includes(env['TERM_PROGRAM'] ?? '')) return true
  if (isAnySet(env, 'WT_SESSION') || modernTerminals.test(env['TERM'] ?? '')) return true
  return Number(env['VTE_VERSION']) >= linkingVte || Number(env['KONSOLE_VERSION']) >= linkingKonsole
}

/** Text for the clipboard goes through ssh, but is kept out by tmux and screen unless those are told otherwise. */
function takesClipboard(env: Environment): boolean {
  if (isAnySet(env, 'TMUX', 'STY')) return false
  if (['WezTerm', 'ghostty', 'iTerm.app'].includes(env['TERM_PROGRAM'] ?? '')) return true
  return isAnySet(env, 'WT_SESSION') || modernTerminals.test(env['TERM'] ?? '')
}

function isAnySet(env: Environment, ...names: string[]): boolean {
  return names.some(name => env[name])
}
