import {megabytes, sizeOf} from './sparse.js'
import {ways} from './ways.js'

/** The figures as the README shows them: tables in Markdown. */
export function describeFigures({machine, isQuick, measured}) {
  const {date, node, cores, load} = machine
  const {loopback, fat, tree, latency, room, slowRoom, memory, firstByte, resume} = measured
  const command = isQuick ? 'npm run bench -- --quick' : 'npm run bench'
  return [
    `\`${command}\`, ${date}, Node ${node.slice(1)}, both ends on ${cores} cores, a load of ${load.toFixed(0)} before it began.`,
    describeFiles([loopback, fat, measured['100mbit']].filter(Boolean)),
    tree && describeTree(tree),
    describeTalk(latency, room, slowRoom),
    memory && describeMemory(memory),
    firstByte && describeFirstByte(firstByte),
    resume && describeResume(resume),
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

function describeTalk(latency, room, slowRoom) {
  const row = (name, {p50, p99, worstP99}) => [name, ...[p50, p99, worstP99].map(ms => ms.toFixed(1))]
  const ofSession = latency?.rows.filter(({p50}) => Number.isFinite(p50)) ?? []
  const ofRoom = room?.talk ?? []
  const ofSlowRoom = slowRoom?.talk ?? []
  const rows = [
    ...ofSession.map(figures => row(`one session, ${figures.name}`, figures)),
    ...ofRoom.map(figures => row(`a room with six files, ${figures.name}`, figures)),
    ...ofSlowRoom.map(figures => row(`the same, ${ways['100mbit'].title}, ${figures.name}`, figures)),
  ]
  return rows.length > 0 && markdown(['round trip of a message, ms', 'p50', 'p99', 'worst p99'], rows)
}

function describeMemory({rows}) {
  const cells = rows.flatMap(({bytes, ends}) =>
    ends.map(({name, peak, least, most}) => [
      `${sizeOf(bytes)}, ${name}`,
      `${megabytes(peak)} (${megabytes(least)} to ${megabytes(most)})`,
    ]),
  )
  return markdown(['most memory resident', 'MB'], cells)
}

function describeFirstByte({sizes, rows}) {
  return markdown(
    ['first byte, ms', ...sizes.map(sizeOf)],
    rows.map(({name, ms}) => [name, ...ms.map(describeSpread)]),
  )
}

function describeResume({rows}) {
  return markdown(
    ['a transfer that was cut goes on, ms', 'start to byte', 'accept to byte', 'start to verified'],
    rows.map(({gib, fromStart, fromAccept, toVerified}) => [
      `${gib} GiB`,
      ...[fromStart, fromAccept, toVerified].map(describeSpread),
    ]),
  )
}

/** The median, and from which to which. */
function describeSpread({median, least, most}) {
  return Number.isFinite(median) ? `${median.toFixed(0)} (${least.toFixed(0)} to ${most.toFixed(0)})` : ''
}

/** How fast chatctl is beside it: the median of the rounds, and from which to which. */
function describeRatio({ratio, ratios}) {
  return ratio === undefined ? '' : `${ratio.toFixed(2)} (${ratios.map(factor => factor.toFixed(2)).join(' to ')})`
}

function markdown(head, rows) {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
