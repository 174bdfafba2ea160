import {arrivalStages, type Arrival} from '../transport/arrival.js'
import {sourceOf} from './source.js'

/**
 * Arrivals of which only so many may be at once. The newcomer always gets a place: at a bound somebody loses one, of the
 * newcomer's source if that has too many, else of the source that has most; there, whoever has come least far, for longest.
 */
export class Crowd {
  readonly #limit: number
  readonly #limitOfOneSource: number
  /** In the order in which they came. */
  readonly #arrivals = new Set<Arrival>()

  constructor(limit: number, limitOfOneSource = limit) {
    this.#limit = limit
    this.#limitOfOneSource = limitOfOneSource
  }

  get size(): number {
    return this.#arrivals.size
  }

  /** Adds an arrival; returns whoever loses its place to it. */
  add(arrival: Arrival): Arrival | undefined {
    const loser = this.#loserTo(arrival)
    if (loser) this.#arrivals.delete(loser)
    this.#arrivals.add(arrival)
    return loser
  }

  /** Gives the place of an arrival back. */
  remove(arrival: Arrival): void {
    this.#arrivals.delete(arrival)
  }

  #loserTo(arrival: Arrival): Arrival | undefined {
    const bySource = groupBySource(this.#arrivals)
    const neighbours = bySource.get(sourceOf(arrival.remoteAddress)) ?? []
    if (neighbours.length >= this.#limitOfOneSource) return leastFar(neighbours)
    return this.#arrivals.size < this.#limit ? undefined : leastFar(largest([...bySource.values()]))
  }
}

function groupBySource(arrivals: Iterable<Arrival>): Map<string, Arrival[]> {
  const groups = new Map<string, Arrival[]>()
  for (const arrival of arrivals) {
    const source = sourceOf(arrival.remoteAddress)
    groups.set(source, [...(groups.get(source) ?? []), arrival])
  }
  return groups
}

function largest(groups: readonly Arrival[][]): Arrival[] {
  return groups.reduce((most, group) => (group.length > most.length ? group : most), [])
}

function leastFar(oldestFirst: readonly Arrival[]): Arrival | undefined {
  const ranks = oldestFirst.map(({stage}) => arrivalStages.indexOf(stage))
  return oldestFirst[ranks.indexOf(Math.min(...ranks))]
}
