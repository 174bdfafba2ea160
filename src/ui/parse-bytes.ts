const factors: Record<string, number> = {'': 1, k: 1e3, m: 1e6, g: 1e9, ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30}

/**
 * Reads a number of bytes as people write it, the way back from what is shown: `4200`, `4.2 kB`, `100M`, `2Gi`.
 * K M G are powers of 1000, Ki Mi Gi of 1024.
 *
 * Returns undefined for anything else, and for less than one byte. `b` would be bits: it is refused.
 */
export function parseBytes(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([kmg]i?|[KMG]i?|)B?$/.exec(text.trim()) ?? []
  const bytes = Math.round(Number(number) * (factors[unit.toLowerCase()] ?? 0))
  return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : undefined
}

/** Reads a number of bytes a second, with or without `/s`: `2M`, `98.3 MB/s`; undefined for anything else. */
export function parseRate(text: string): number | undefined {
  return parseBytes(text.replace(/\/s$/, ''))
}
