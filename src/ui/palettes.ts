/** How things may be coloured; `auto` reads on a dark and on a light background. */
export const themeNames = ['auto', 'dark', 'light', 'color-blind', 'mono'] as const
export type ThemeName = (typeof themeNames)[number]

/** A colour of the 256 that are the same everywhere, and the one of 16 that stands in for it. */
export interface Hue {
  readonly index: number
  readonly ansi: 'blue' | 'cyan' | 'gray' | 'green' | 'magenta' | 'red' | 'yellow'
}

/** Which colour means what. */
export interface Palette {
  readonly faint: Hue
  readonly command: Hue
  readonly good: Hue
  readonly warning: Hue
  readonly bad: Hue
  readonly nicks: readonly Hue[]
}

const auto: Palette = {
  faint: {index: 243, ansi: 'gray'},
  command: {index: 31, ansi: 'cyan'},
  good: {index: 28, ansi: 'green'},
  warning: {index: 130, ansi: 'yellow'},
  bad: {index: 161, ansi: 'red'},
  nicks: [
    {index: 31, ansi: 'cyan'},
    {index: 130, ansi: 'yellow'},
    {index: 28, ansi: 'green'},
    {index: 163, ansi: 'magenta'},
    {index: 63, ansi: 'blue'},
    {index: 131, ansi: 'red'},
  ],
}

const dark: Palette = {
  faint: {index: 247, ansi: 'gray'},
  command: {index: 81, ansi: 'cyan'},
  good: {index: 114, ansi: 'green'},
  warning: {index: 215, ansi: 'yellow'},
  bad: {index: 210, ansi: 'red'},
  nicks: [
    {index: 81, ansi: 'cyan'},
    {index: 222, ansi: 'yellow'},
    {index: 114, ansi: 'green'},
    {index: 213, ansi: 'magenta'},
    {index: 147, ansi: 'blue'},
    {index: 210, ansi: 'red'},
  ],
}

const light: Palette = {
  faint: {index: 240, ansi: 'gray'},
  command: {index: 25, ansi: 'blue'},
  good: {index: 22, ansi: 'green'},
  warning: {index: 94, ansi: 'yellow'},
  bad: {index: 124, ansi: 'red'},
  nicks: [
    {index: 24, ansi: 'cyan'},
    {index: 94, ansi: 'yellow'},
    {index: 22, ansi: 'green'},
    {index: 127, ansi: 'magenta'},
    {index: 26, ansi: 'blue'},
    {index: 124, ansi: 'red'},
  ],
}

/** Blue, orange and grey stay apart for whoever does not tell red from green. */
const colorBlind: Palette = {
  faint: {index: 243, ansi: 'gray'},
  command: {index: 27, ansi: 'blue'},
  good: {index: 27, ansi: 'blue'},
  warning: {index: 130, ansi: 'yellow'},
  bad: {index: 130, ansi: 'yellow'},
  nicks: [
    {index: 27, ansi: 'blue'},
    {index: 130, ansi: 'yellow'},
    {index: 243, ansi: 'gray'},
  ],
}

/** The colours of each theme that has some. */
export const palettes: Readonly<Record<Exclude<ThemeName, 'mono'>, Palette>> = {
  auto,
  dark,
  light,
  'color-blind': colorBlind,
}
