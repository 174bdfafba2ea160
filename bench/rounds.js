import {mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {ownName} from './peers/chatctl.js'
import {findCarriers} from './peers/index.js'
import {makeDirectory} from './scope.js'
import {median, percentile, printTable} from './statistics.js'
import {ways} from './ways.js'

/**
 * Has everyone found here carry one source, in rounds in which each takes a turn: what else the machine does then hits
 * all alike, and a ratio compares neighbours.
 *
 * `make(path)` makes the source, `check(path)` throws unless all of it is at a path. Returns a row for each carrier,
 * with how long each round took, null where it failed; a carrier that failed in all of them is left out. `only` names those
 * to carry (`chatctl,plain TCP`), where not all shall.
 */
export async function carryInRounds(defer, {kind, wayName, place, rounds, only, make, check}) {
  const directory = makeDirectory(defer, place)
  const source = join(directory, 'source')
  make(source)
  const found = await findCarriers(defer, ways[wayName].make(defer), directory, kind)
  const carriers = found.filter(({name}) => isAsked(name, only))
  const rows = carriers.map(({name}) => ({name, ms: [], failures: 0}))
  for (let round = 0; round < rounds; round++) {
    for (const [index, carrier] of carriers.entries()) {
      const row = rows[index]
      row.ms.push(await timeOf(carrier, {source, directory, check}).catch(error => giveUp(row, error)))
    }
  }
  return withRatios(rows.filter(({failures}) => failures < rounds))
}

/** Whether a carrier is among those that were asked for, by how their names begin: all of them, when nobody was. */
export function isAsked(name, only) {
  return only === undefined || only.split(',').some(begin => name.startsWith(begin))
}

async function timeOf(carrier, {source, directory, check}) {
  const into = join(directory, 'into')
  mkdirSync(into)
  try {
    const began = performance.now()
    const path = await carrier.carry(source, into)
    const elapsed = performance.now() - began
    check(path)
    rmSync(path, {recursive: true})
    return elapsed
  } finally {
    rmSync(into, {recursive: true, force: true})
  }
}

function giveUp(row, error) {
  row.failures++
  console.error(`${row.name}: ${error.message}`)
  return null
}

/** Beside each its time as chatctl's, the median over the rounds. */
function withRatios(rows) {
  const own = rows.find(({name}) => name === ownName)
  return rows.map(row => {
    const ratios = row.ms.flatMap((ms, round) => (ms && own?.ms[round] ? [ms / own.ms[round]] : []))
    const ms = row.ms.filter(ms => ms !== null)
    return {
      ...row,
      medianMs: median(ms),
      ratio: median(ratios),
      ratios: [percentile(ratios, 0), percentile(ratios, 100)],
    }
  })
}

/** Prints a table of rows: `show` names a figure and tells it of a time. */
export function printRounds(rows, [title, show]) {
  printTable(
    ['', title, 'slowest', 'fastest', 'chatctl is', 'from', 'to', 'failed'],
    rows.map(({name, ms, medianMs, ratio, ratios, failures}) => {
      const times = ms.filter(ms => ms !== null)
      const factors = [ratio, ...ratios].map(factor => factor?.toFixed(2) ?? '')
      return [
        name,
        show(medianMs),
        show(Math.max(...times)),
        show(Math.min(...times)),
        ...factors,
        String(failures || ''),
      ]
    }),
  )
}
