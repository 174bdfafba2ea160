/**
 * Counts the slips of a typing hand from one word to another: letters left out, added, mistaken, or swapped with their
 * neighbour (the optimal string alignment distance).
 */
export function countSlips(from: string, to: string): number {
  let twoAbove: number[] = []
  let above = Array.from({length: to.length + 1}, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current.push(
        Math.min(
          at(above, column) + 1,
          at(current, column - 1) + 1,
          at(above, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(twoAbove, column - 2) + 1 : Infinity,
        ),
      )
    }
    twoAbove = above
    above = current
  }
  return at(above, to.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
