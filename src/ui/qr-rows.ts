/** How a QR code is drawn. */
export interface QrStyle {
  readonly isUnicode: boolean
  /** Whether what is drawn is dark, and the background light: a code is dark on light. */
  readonly isLight: boolean
}

const border = 2

/** Returns text as a QR code, row by row: two rows of it in one of the terminal where there are half blocks. */
export async function qrRows(text: string, {isUnicode, isLight}: QrStyle): Promise<string[]> {
  const {encode} = await import('uqr')
  const isDrawn = encode(text, {ecc: 'L', border}).data.map(row => row.map(isDark => isDark === isLight))
  return isUnicode ? halfBlockRows(isDrawn) : isDrawn.map(row => row.map(drawn => (drawn ? '##' : '  ')).join(''))
}

/** By whether the upper and the lower half are drawn. */
const halfBlocks = [' ', '▄', '▀', '█'] as const

function halfBlockRows(isDrawn: readonly (readonly boolean[])[]): string[] {
  const upper = isDrawn.filter((_, at) => at % 2 === 0)
  return upper.map((row, at) =>
    row.map((isUpper, column) => halfBlocks[pairOf(isUpper, isDrawn[2 * at + 1]?.[column] ?? false)]).join(''),
  )
}

function pairOf(isUpper: boolean, isLower: boolean): 0 | 1 | 2 | 3 {
  if (isUpper) return isLower ? 3 : 2
  return isLower ? 1 : 0
}
