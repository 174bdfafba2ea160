import {mutate} from './mutate.js'

const batchSize = 64
/** A few kilobytes that take longer would let one peer hold everyone up. */
const tooSlowMs = 1000

/**
 * Feeds one target for a while. An input that brings code to run that never ran, or an outcome that never came, is kept
 * and changed further.
 */
export class Campaign {
  executions = 0
  elapsedMs = 0
  /** The input that broke a promise of the target, and the error. */
  finding
  #target
  #random
  #coverage
  #corpus = []
  #outcomes = new Set()

  constructor(target, random, coverage) {
    this.#target = target
    this.#random = random
    this.#coverage = coverage
  }

  get name() {
    return this.#target.name
  }

  get corpusSize() {
    return this.#corpus.length
  }

  get outcomeCount() {
    return this.#outcomes.size
  }

  /** Runs what the target begins with, and `more`: all of it is kept. */
  async begin(more) {
    this.#corpus = [Buffer.alloc(0), ...this.#target.seeds, ...more]
    for (const input of this.#corpus) this.#execute(input)
    await this.#coverage.hasNew({keep: true})
  }

  /** Runs a few batches, or up to a finding. Their number is fixed: with a clock, a seed would not bring the same again. */
  async work() {
    const startedMs = performance.now()
    for (let count = this.#target.isSlow ? 1 : 8; count > 0 && !this.finding; count--) await this.#runBatch()
    this.elapsedMs += performance.now() - startedMs
  }

  /** Counters take milliseconds to read: only where a batch has brought something new are they read for each input. */
  async #runBatch() {
    const inputs = Array.from({length: batchSize}, () => this.#invent())
    const telling = inputs.filter(input => this.#execute(input))
    const hasNew = await this.#coverage.hasNew({keep: false})
    this.#corpus.push(...new Set([...telling, ...(hasNew ? await this.#findNew(inputs) : [])]))
  }

  async #findNew(inputs) {
    const found = []
    for (const input of inputs) {
      this.#execute(input)
      if (await this.#coverage.hasNew({keep: true})) found.push(input)
    }
    return found
  }

  #invent() {
    const from = {random: this.#random, corpus: this.#corpus, dictionary: this.#target.dictionary}
    return mutate(this.#corpus[this.#random(this.#corpus.length)], from)
  }

  /** Whether the outcome never came before. */
  #execute(input) {
    if (this.finding) return false
    this.executions++
    try {
      const outcome = this.#runInTime(input)
      const isNew = !this.#outcomes.has(outcome)
      this.#outcomes.add(outcome)
      return isNew
    } catch (error) {
      this.finding = {input, error}
      return false
    }
  }

  #runInTime(input) {
    const startedMs = performance.now()
    const outcome = this.#target.run(input)
    const isSlow = performance.now() - startedMs > tooSlowMs
    // The machine may have been busy: only what is slow again is.
    if (isSlow && this.#timeOf(input) > tooSlowMs) throw new Error(`it took more than ${tooSlowMs} ms`)
    return outcome
  }

  #timeOf(input) {
    const startedMs = performance.now()
    this.#target.run(input)
    return performance.now() - startedMs
  }
}
