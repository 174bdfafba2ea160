import * as kleur from 'kleur/colors'
import {asTyped} from './as-typed.js'
import {fileLink} from './file-link.js'
import type {Look} from './look.js'
import {toAscii} from './marks.js'
import {NickColors} from './nick-colors.js'
import {palettes, type Hue} from './palettes.js'

/** Gives text its meaning in colour. */
export type Style = (text: string) => string

/** How everything is drawn on one stream; without colour every style returns its text as it is. */
export interface Theme {
  /** What matters most: a title, a code, a name in a sentence. */
  readonly strong: Style
  /** What may be overlooked: times, hints, details. */
  readonly faint: Style
  /** What can be typed: commands and paths. */
  readonly command: Style
  readonly good: Style
  readonly warning: Style
  readonly bad: Style
  /** Where one is named. */
  readonly mention: Style
  /** Text about somebody, in the colour that this nick keeps. */
  readonly nick: (text: string, nick: string) => string
  /** The name of a file at an absolute path of this computer: a link where the terminal knows them. */
  readonly file: (name: string, path: string) => string
  /** Returns text as the stream can show it: each mark beyond ASCII becomes one of the same width where that is all. */
  readonly fit: Style
  /** Returns a hint of ours with each command as it has to be typed here. */
  readonly asTyped: Style
}

/** Creates the theme of one stream. */
export function createTheme(look: Look): Theme {
  const {nicks, ...hues} = huesOf(look)
  const [bold, loud] = [createStyle(look, kleur.bold), createStyle(look, kleur.bold, kleur.inverse)]
  const colors = new NickColors(nicks.length)
  const {links} = look
  return {
    ...hues,
    strong: bold,
    mention: loud,
    nick: (text, nick) => bold(nicks[colors.of(nick)]?.(text) ?? text),
    file: (name, path) => (links === undefined ? name : fileLink(name, path, links.hostname)),
    fit: look.isUnicode ? unchanged : toAscii,
    asTyped: hint => asTyped(hint, look.commandStart),
  }
}

const unchanged: Style = text => text

type Hues = Pick<Theme, 'faint' | 'command' | 'good' | 'warning' | 'bad'> & {nicks: readonly Style[]}

function huesOf(look: Look): Hues {
  if (look.theme === 'mono') return monochrome
  const {nicks, faint, command, good, warning, bad} = palettes[look.theme]
  const style = (hue: Hue): Style => createStyle(look, toColor(hue, look.colors))
  return {
    ...{faint: style(faint), command: style(command), good: style(good), warning: style(warning), bad: style(bad)},
    nicks: nicks.map(style),
  }
}

const monochrome: Hues = {
  ...{faint: unchanged, command: unchanged, good: unchanged, warning: unchanged, bad: unchanged},
  nicks: [],
}

function toColor({index, ansi}: Hue, colors: Look['colors']): Style {
  return colors === 256 ? text => color256(text, index) : kleur[ansi]
}

const defaultColor = '\u001b[39m'

/** ECMA-48, 8.3.117, with the palette of xterm, which kleur does not have; what is coloured inside keeps its colour. */
function color256(text: string, index: number): string {
  const start = `\u001b[38;5;${index}m`
  return start + text.replaceAll(defaultColor, defaultColor + start) + defaultColor
}

/** Paints whatever kleur has found out about this process's own streams, and leaves its switch as it was. */
function createStyle({colors}: Look, ...styles: Style[]): Style {
  if (colors === 0) return unchanged
  return text => {
    const wasEnabled = kleur.$.enabled
    kleur.$.enabled = true
    try {
      return styles.reduce((painted, style) => style(painted), text)
    } finally {
      kleur.$.enabled = wasEnabled
    }
  }
}
