import {ChatctlError, reasonOf} from '../errors/index.js'
import type {CommandContext, ShellContext} from './context.js'
import {pluginContext} from './plugin-context.js'
import type {PluginSource} from './plugin.js'
import {TimeLimit} from './time-limit.js'

/** How long a plug-in may take for each of what it is asked for. */
export const pluginLimitsMs = {command: 30_000, event: 10_000, completion: 1000} as const

/** What a plug-in is asked for. */
export type PluginTask = keyof typeof pluginLimitsMs

/** What a runner needs to know. */
export interface PluginSurroundings {
  readonly source: PluginSource
  readonly shell: ShellContext
  /** Tells what the plug-in has done that it should not. */
  readonly complain: (problem: string) => void
}

/** A fault of a plug-in's own. */
export class PluginFault extends Error {
  override readonly name = 'PluginFault'
}

/** Runs what is one plug-in's: within its time, and seeing no more than it may. */
export class PluginRunner {
  readonly #plugin: string
  readonly #source: PluginSource
  readonly #shell: ShellContext
  readonly #complain: (problem: string) => void
  readonly #roomOver = new AbortController()

  constructor(plugin: string, {source, shell, complain}: PluginSurroundings) {
    this.#plugin = plugin
    this.#source = source
    this.#shell = shell
    this.#complain = complain
    shell.signal.addEventListener('abort', () => this.#abort(this.#roomOver, shell.signal.reason))
  }

  /**
   * Does something of the plug-in's.
   * @throws ChatctlError that its context has thrown: a mistake like any other
   * @throws PluginFault whatever else it throws, and that it takes too long
   */
  async run<Result>(
    task: PluginTask,
    what: string,
    work: (context: CommandContext) => Promise<Result>,
  ): Promise<Result> {
    const ms = pluginLimitsMs[task]
    const late = new PluginFault(`${what} did not end within ${ms / 1000} s`)
    const [over, pluginOver] = [new AbortController(), new AbortController()]
    const limit = new TimeLimit(ms, () => {
      over.abort(late)
      this.#abort(pluginOver, late)
    })
    const passed = new Promise<never>((_resolve, reject) => over.signal.addEventListener('abort', () => reject(late)))
    const context = this.#contextFor(limit, over.signal, pluginOver.signal)
    try {
      return await Promise.race([this.#source.inside(this.#plugin, () => work(context)), passed])
    } catch (error) {
      if (error instanceof ChatctlError || error === late) throw error
      throw new PluginFault(`${what} failed: ${reasonOf(error)}`, {cause: error})
    } finally {
      limit.stop()
    }
  }

  #contextFor(limit: TimeLimit, over: AbortSignal, pluginOver: AbortSignal): CommandContext {
    return pluginContext(this.#plugin, this.#shell, {
      source: this.#source,
      signal: AbortSignal.any([this.#roomOver.signal, pluginOver]),
      over: AbortSignal.any([this.#shell.signal, over]),
      limit,
      complain: error => this.#complain(`a listener of it failed: ${reasonOf(error)}`),
    })
  }

  /** Whatever listens to a signal that a plug-in was given is the plug-in's. */
  #abort(controller: AbortController, reason: unknown): void {
    this.#source.inside(this.#plugin, () => controller.abort(reason))
  }
}
