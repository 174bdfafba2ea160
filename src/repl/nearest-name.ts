/** Returns the name that a mistyped word most likely stands for, or undefined if none is close. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const farthest = word.length < 5 ? 1 : 2
  const [nearest] = names
    .map(name => ({name, distance: editDistance(word.slice(0, 32), name)}))
    .filter(({distance}) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance)
  return nearest?.name
}

/** Counts the letters to insert, remove, change or swap with their neighbour (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({length: b.length + 1}, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = isSwapped ? at(i - 2, j - 2) + 1 : Infinity
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, change, swap))
    }
  }
  return at(a.length, b.length)
}
