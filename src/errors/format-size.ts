const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']

/** Formats bytes for people, in SI units with one decimal: `812 B`, `4.2 MB`. */
export function formatSize(bytes: number): string {
  const unit = unitOf(bytes)
  return `${inUnit(bytes, unit)} ${nameOf(unit)}`
}

/** Formats two sizes of which one is said to be more than the other: to the byte where they would read the same. */
export function formatUnequal(one: number, other: number): [string, string] {
  const sizes: [string, string] = [formatSize(one), formatSize(other)]
  return sizes[0] === sizes[1] ? [`${one} B`, `${other} B`] : sizes
}

/** Formats how much of a whole is there, in the unit of the whole: `2.6/4.2 GB`; only the part if that is unknown. */
export function formatPart(bytes: number, total: number | null): string {
  if (total === null) return formatSize(bytes)
  const unit = unitOf(total)
  return `${inUnit(bytes, unit)}/${inUnit(total, unit)} ${nameOf(unit)}`
}

function unitOf(bytes: number): number {
  let unit = 0
  // Rounding to one decimal may reach the next unit: 999,950 bytes are 1.0 MB.
  while (unit < sizeUnits.length - 1 && bytes / 1000 ** unit >= (unit === 0 ? 999.5 : 999.95)) unit++
  return unit
}

function inUnit(bytes: number, unit: number): string {
  return (bytes / 1000 ** unit).toFixed(unit === 0 ? 0 : 1)
}

function nameOf(unit: number): string {
  return sizeUnits[unit] ?? ''
}
