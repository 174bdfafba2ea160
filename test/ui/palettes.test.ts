import {describe, expect, it} from 'vitest'
import {palettes, type Palette} from '../../src/ui/palettes.js'

type Rgb = readonly [number, number, number]

const black: Rgb = [0, 0, 0]
const charcoal: Rgb = [30, 30, 30]
const white: Rgb = [255, 255, 255]
const cream: Rgb = [253, 246, 227]

const steps = [0, 95, 135, 175, 215, 255]

/** The palette of xterm: a cube of six steps from 16 on, and greys from 232 on. */
function toRgb(index: number): Rgb {
  if (index >= 232) return [8, 8, 8].map(grey => grey + 10 * (index - 232)) as unknown as Rgb
  const place = index - 16
  return [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map(at => steps[at]) as unknown as Rgb
}

const linear = (channel: number): number =>
  channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4

/** WCAG 2.2, "relative luminance". */
function luminance(color: Rgb): number {
  const [red, green, blue] = color.map(linear) as unknown as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

function colorsOf({nicks, ...hues}: Palette): Rgb[] {
  return [...nicks, ...Object.values(hues)].map(({index}) => toRgb(index))
}

/** As somebody sees it who lacks the receptors for green (Viénot, Brettel and Mollon, 1999), in linear light. */
function withoutGreen(color: Rgb): Rgb {
  const [red, green, blue] = color.map(linear) as unknown as Rgb
  const yellow = 0.29275 * red + 0.70725 * green
  return [yellow, yellow, -0.02234 * red + 0.02234 * green + blue]
}

function distance(one: Rgb, other: Rgb): number {
  return Math.hypot(...one.map((channel, at) => channel - other[at]!))
}

describe('the colours', () => {
  it.each([
    ['auto', black, 4],
    ['auto', white, 4],
    ['auto', charcoal, 3],
    ['auto', cream, 3],
    ['color-blind', black, 4],
    ['color-blind', white, 4],
    ['color-blind', charcoal, 3],
    ['color-blind', cream, 3],
    ['dark', black, 7],
    ['dark', charcoal, 5.5],
    ['light', white, 5],
    ['light', cream, 4.5],
  ] as const)('of %s read on %j with a contrast of %d at least', (theme, background, least) => {
    for (const color of colorsOf(palettes[theme])) expect(contrast(color, background)).toBeGreaterThanOrEqual(least)
  })

  it('contrast as WCAG has it', () => {
    expect(contrast(white, black)).toBeCloseTo(21)
    expect(contrast([118, 118, 118], white)).toBeCloseTo(4.54, 2)
  })

  it('of nicks differ in hue, not by a shade', () => {
    for (const {nicks} of Object.values(palettes)) expect(new Set(nicks.map(({ansi}) => ansi)).size).toBe(nicks.length)
  })

  it('of color-blind stay apart for whoever does not tell red from green, which those of auto do not', () => {
    const closest = (palette: Palette): number => {
      const seen = palette.nicks.map(({index}) => withoutGreen(toRgb(index)))
      return Math.min(...seen.flatMap((one, at) => seen.slice(at + 1).map(other => distance(one, other))))
    }
    expect(closest(palettes['color-blind'])).toBeGreaterThan(0.15)
    expect(closest(palettes.auto)).toBeLessThan(0.1)
  })
})
