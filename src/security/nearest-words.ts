/** Longer than any word of a list, so that what was typed cannot make the search slow. */
const maxLetters = 16

/** The `limit` words of `list` that take the fewest slips of a typing hand to become `typed`, nearest first. */
export function nearestWords(typed: string, list: readonly string[], limit = 3): string[] {
  const letters = typed.slice(0, maxLetters)
  return list
    .map(word => ({word, slips: countSlips(letters, word)}))
    .sort((one, other) => one.slips - other.slips)
    .slice(0, limit)
    .map(({word}) => word)
}

/** The optimal string alignment distance: letters left out, added, mistaken, or swapped with their neighbour. */
function countSlips(from: string, to: string): number {
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
