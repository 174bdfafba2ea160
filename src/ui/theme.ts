import * as kleur from 'kleur/colors'

/** Gives text its meaning in colour. */
export type Style = (text: string) => string

/** How everything is coloured on one stream; without colour every style returns its text as it is. */
export interface Theme {
  readonly hasColor: boolean
  /** What matters most: a title, a code, a name in a sentence. */
  readonly strong: Style
  /** What may be overlooked: times, hints, details. */
  readonly faint: Style
  /** What can be typed: commands and paths. */
  readonly command: Style
  readonly good: Style
  readonly warning: Style
  readonly bad: Style
  /** A line in which one is named. */
  readonly mention: Style
  /** A nick, in the colour that its member keeps. */
  readonly nick: (nick: string, member: number) => string
}

const nickColors = [kleur.cyan, kleur.green, kleur.yellow, kleur.magenta, kleur.blue]

/** Creates the theme of one stream: whether it has colour is decided once, by whoever knows the stream. */
export function createTheme(hasColor: boolean): Theme {
  const styled = (...colors: Style[]): Style => (hasColor ? text => paint(text, colors) : text => text)
  const nicks = nickColors.map(color => styled(color, kleur.bold))
  return {
    hasColor,
    strong: styled(kleur.bold),
    faint: styled(kleur.gray),
    command: styled(kleur.cyan),
    good: styled(kleur.green),
    warning: styled(kleur.yellow),
    bad: styled(kleur.red),
    mention: styled(kleur.bold, kleur.yellow),
    nick: (nick, member) => nicks[member % nicks.length]?.(nick) ?? nick,
  }
}

/** Paints whatever kleur has found out about this process's own streams, and leaves its switch as it was. */
function paint(text: string, colors: Style[]): string {
  const wasEnabled = kleur.$.enabled
  kleur.$.enabled = true
  try {
    return colors.reduce((painted, color) => color(painted), text)
  } finally {
    kleur.$.enabled = wasEnabled
  }
}
