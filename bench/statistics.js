/** The value below which `percent` of the values lie. */
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))]
}

export function median(values) {
  return percentile(values, 50)
}

/** What is told of many times. */
export function summary(times) {
  return {p50: percentile(times, 50), p99: percentile(times, 99), samples: times.length}
}

/** Prints rows of text in columns, the first to the left, the others to the right. */
export function printTable(head, rows) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map(row => row[column].length)))
  for (const row of [head, ...rows]) {
    console.log(
      row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join('   '),
    )
  }
}
