import {AsyncLocalStorage} from 'node:async_hooks'
import {reasonOf} from '../../errors/index.js'
import {holdProcess} from './held-process.js'

/**
 * Tells what is done by a plug-in from what is chatctl's, through everything that follows from it: a plug-in that prints does not
 * print, one that exits does not exit, and what it throws where nobody waits for it ends nothing.
 */
export class Containment {
  onStray: (plugin: string, what: string) => void = () => undefined
  readonly #plugin = new AsyncLocalStorage<string>()
  readonly #haveToldPrinting = new Set<string>()
  #isOn = false

  /** Whether it looks at what the process does. */
  get isOn(): boolean {
    return this.#isOn
  }

  /** Runs what is a plug-in's. */
  readonly inside = <Result>(plugin: string, work: () => Result): Result => this.#plugin.run(plugin, work)

  /** Runs what is chatctl's, though a plug-in asks for it. */
  readonly outside = <Result>(work: () => Result): Result => this.#plugin.exit(work)

  /** Begins to look at what the process does, once; without plug-ins nothing is looked at. */
  turnOn(): void {
    if (this.#isOn) return
    this.#isOn = true
    holdProcess({
      current: () => this.#plugin.getStore(),
      inside: this.inside,
      onPrint: (plugin, text) => this.#tellPrinting(plugin, text),
      onFault: (plugin, error) => this.#tell(plugin, `it failed by itself: ${reasonOf(error)}`),
    })
  }

  /** Once: whoever reads is to know, and not to read all of it. */
  #tellPrinting(plugin: string, text: string): void {
    const line = text.split('\n').find(each => each.trim() !== '')
    if (line === undefined || this.#haveToldPrinting.has(plugin)) return
    this.#haveToldPrinting.add(plugin)
    this.#tell(plugin, `it prints, which is not shown: ${line.slice(0, 200)}`)
  }

  #tell(plugin: string, what: string): void {
    this.outside(() => this.onStray(plugin, what))
  }
}
