import {readFileSync} from 'node:fs'
import {Session} from 'node:inspector/promises'
import {fileURLToPath} from 'node:url'

/** What of the code under a directory has ever run, by V8's own counters. */
export class Coverage {
  #session = new Session()
  #urlPrefix
  /** For each script a byte for each of its characters: 1 when it has run. */
  #seen = new Map()

  constructor(urlPrefix) {
    this.#urlPrefix = urlPrefix
  }

  async start() {
    this.#session.connect()
    await this.#session.post('Profiler.enable')
    await this.#session.post('Profiler.startPreciseCoverage', {callCount: true, detailed: true})
  }

  /** Whether anything has run since the last call that never ran before. It stays new until it is asked to `keep` it. */
  async hasNew({keep}) {
    const {result} = await this.#session.post('Profiler.takePreciseCoverage')
    const ours = result.filter(({url}) => url.startsWith(this.#urlPrefix))
    return ours.map(script => this.#compare(script, keep)).includes(true)
  }

  /** How much of each script has run, from 0 to 1, by its path. */
  shares() {
    return new Map(Array.from(this.#seen, ([url, seen]) => [url.slice(this.#urlPrefix.length), shareOf(seen)]))
  }

  #compare({url, functions}, keep) {
    const seen = this.#seenOf(url)
    const now = new Uint8Array(seen.length)
    // The outer ranges come before the inner ones, whose counts are nearer to the truth.
    for (const {startOffset, endOffset, count} of functions.flatMap(({ranges}) => ranges))
      now.fill(count > 0 ? 1 : 0, startOffset, endOffset)
    const isNew = now.some((hasRun, offset) => hasRun > seen[offset])
    if (isNew && keep) now.forEach((hasRun, offset) => (seen[offset] |= hasRun))
    return isNew
  }

  #seenOf(url) {
    const known = this.#seen.get(url)
    if (known) return known
    const seen = new Uint8Array(readFileSync(fileURLToPath(url), 'utf8').length)
    this.#seen.set(url, seen)
    return seen
  }
}

function shareOf(seen) {
  return seen.reduce((sum, hasRun) => sum + hasRun, 0) / Math.max(1, seen.length)
}
