import {ways} from './ways.js'

/** The figures as the README shows them: tables in Markdown. */
export function describeFigures({machine, isQuick, measured}) {
  const {date, node, cores, load} = machine
  const {loopback, fat, tree, latency, room} = measured
  const command = isQuick ? 'npm run bench -- --quick' : 'npm run bench'
  return [
    `\`${command}\`, ${date}, Node ${node.slice(1)}, both ends on ${cores} cores, a load of ${load.toFixed(0)} before it began.`,
    describeFiles([loopback, fat, measured['100mbit']].filter(Boolean)),
    tree && describeTree(tree),
    describeTalk(latency, room),
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** A row for each who carries, two columns for each way. */
function describeFiles(measures) {
  const names = [...new Set(measures.flatMap(({rows}) => rows.map(({name}) => name)))]
  const head = measures.flatMap(({wayName, mib}) => [`${mib} MiB ${ways[wayName].title}`, 'chatctl to it'])
  const rows = names.map(name => [
    name,
    ...measures.flatMap(({mib, rows}) => {
      const row = rows.find(row => row.name === name)
      return row ? [`${((mib * 2 ** 20) / row.medianMs / 1000).toFixed(0)} MB/s`, describeRatio(row)] : ['', '']
    }),
  ])
  return markdown(['one file', ...head], rows)
}

function describeTree({files, bytes, rows}) {
  const head = [`${files} files of ${bytes} bytes`, 'seconds', 'chatctl to it']
  return markdown(
    head,
    rows.map(row => [row.name, (row.medianMs / 1000).toFixed(2), describeRatio(row)]),
  )
}

function describeTalk(latency, room) {
  const row = (name, {p50, p99, worstP99}) => [name, ...[p50, p99, worstP99].map(ms => ms.toFixed(1))]
  const ofSession = latency?.rows.filter(({p50}) => Number.isFinite(p50)) ?? []
  const ofRoom = room?.talk ?? []
  const rows = [
    ...ofSession.map(figures => row(`one session, ${figures.name}`, figures)),
    ...ofRoom.map(figures => row(`a room with six files, ${figures.name}`, figures)),
  ]
  return rows.length > 0 && markdown(['round trip of a message, ms', 'p50', 'p99', 'worst p99'], rows)
}

/** How fast chatctl is beside it: the median of the rounds, and from which to which. */
function describeRatio({ratio, ratios}) {
  return ratio === undefined ? '' : `${ratio.toFixed(2)} (${ratios.map(factor => factor.toFixed(2)).join(' to ')})`
}

function markdown(head, rows) {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
