/** Every mark beyond ASCII that chatctl draws, with the one of ASCII, as wide as itself, that stands in for it. */
const asciiMarks = {
  '…': '~',
  '⏎': '|',
  '◌': 'o',
  '─': '-',
  '█': '#',
  '░': '-',
  '⠋': '|',
  '⠙': '/',
  '⠸': '-',
  '⠴': '\\',
  '⠦': '|',
  '⠇': '/',
} as const

/** A mark beyond ASCII. */
export type Mark = keyof typeof asciiMarks

/** The parts of a bar: what is done, and the rest. */
export const barMarks: readonly [Mark, Mark] = ['█', '░']

/** The line between two days. */
export const ruleMark: Mark = '─'

/** What moves while one waits, one after the other. */
export const spinnerMarks: readonly Mark[] = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇']

const marks = new RegExp(`[${Object.keys(asciiMarks).join('')}]`, 'gu')

/** Returns text with the marks of ASCII in place of the others; what people have written otherwise stays. */
export function toAscii(text: string): string {
  return text.replaceAll(marks, mark => asciiMarks[mark as Mark])
}
