import type {RoomEvent} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import type {CommandContext, ShellContext} from './context.js'
import type {Parameter, Parameters} from './parameter.js'
import {checkCommand, checkContribution} from './plugin-check.js'
import {pluginContext} from './plugin-context.js'
import {type FoundPlugin, pluginKit, type PluginContribution, type PluginSource} from './plugin.js'
import type {SlashCommand} from './slash-command.js'
import {TimeLimit} from './time-limit.js'

/** How long a plug-in may take for each of what it is asked for. */
export const pluginLimitsMs = {command: 30_000, event: 10_000, completion: 1000} as const

/** Events that may wait for a plug-in; what comes on top of that it misses. */
export const maxWaitingEvents = 1000

/** A plug-in, and what has become of it. */
export interface PluginState {
  readonly name: string
  readonly version: string
  /** The names of its commands. */
  readonly commands: readonly string[]
  /** What was wrong with it, if anything. */
  readonly problems: readonly string[]
}

interface Listener {
  readonly plugin: string
  readonly onEvent: NonNullable<PluginContribution['onEvent']>
  waiting: RoomEvent[]
  isBusy: boolean
  hasMissed: boolean
}

/** The plug-ins of a shell: what they add to it, and that none of them can hold it up or end it. */
export class PluginDesk {
  readonly #source: PluginSource
  readonly #context: ShellContext
  readonly #warn: (text: string) => void
  readonly #states: PluginState[] = []
  readonly #owners = new Map<string, string>()
  readonly #listeners: Listener[] = []
  #loaded: Promise<void> | undefined

  constructor(source: PluginSource, context: ShellContext, warn: (text: string) => void) {
    this.#source = source
    this.#context = context
    this.#warn = warn
    source.onStray = (plugin, what) => this.#complain(plugin, what)
  }

  /** Every plug-in, in the order in which they were added. */
  get states(): readonly PluginState[] {
    return this.#states
  }

  /** Resolves when the plug-ins are loaded, or cannot be: that begins behind the first screen. */
  get loaded(): Promise<void> {
    this.#loaded ??= this.#load()
    return this.#loaded
  }

  /** Hands what happens to the plug-ins that listen. */
  observe(event: RoomEvent): void {
    if (event.event === 'listening' || event.event === 'connected') setImmediate(() => void this.loaded)
    if (event.event === 'progress') return
    for (const listener of this.#listeners) {
      if (listener.waiting.length < maxWaitingEvents) listener.waiting.push(event)
      else this.#tellMissed(listener)
      void this.#feed(listener)
    }
  }

  async #load(): Promise<void> {
    try {
      for (const found of await this.#source.load(pluginKit)) this.#add(found)
    } catch (error) {
      this.#warn(`no plug-in is loaded: ${reasonOf(error)}`)
    }
  }

  #add({name, version, contribution, failure}: FoundPlugin): void {
    const problems: string[] = failure === undefined ? [] : [failure]
    const commands: string[] = []
    try {
      if (failure === undefined) this.#addContribution(name, checkContribution(contribution), commands, problems)
    } catch (error) {
      problems.push(reasonOf(error))
    }
    this.#states.push({name, version, commands, problems})
    for (const problem of problems) this.#complain(name, problem)
  }

  #addContribution(plugin: string, given: PluginContribution, added: string[], problems: string[]): void {
    for (const command of given.commands ?? []) {
      try {
        checkCommand(command, name => this.#ownerOf(name))
        this.#context.registry.add(this.#inBounds(plugin, command))
        for (const name of [command.name, ...command.aliases]) this.#owners.set(name, `plug-in ${plugin}`)
        added.push(command.name)
      } catch (error) {
        problems.push(reasonOf(error))
      }
    }
    if (given.onEvent)
      this.#listeners.push({plugin, onEvent: given.onEvent, waiting: [], isBusy: false, hasMissed: false})
  }

  #ownerOf(name: string): string | undefined {
    return this.#owners.get(name) ?? (this.#context.registry.has(name) ? 'chatctl itself' : undefined)
  }

  #inBounds(plugin: string, command: SlashCommand<CommandContext>): SlashCommand {
    const bound = (parameters: Parameters): Parameters =>
      Object.fromEntries(Object.entries(parameters).map(([name, one]) => [name, this.#boundParameter(plugin, one)]))
    return {
      ...command,
      group: 'plug-ins',
      args: bound(command.args),
      flags: bound(command.flags),
      execute: (_context, rest) =>
        this.#run(plugin, `/${command.name}`, pluginLimitsMs.command, context => command.execute(context, rest)),
    }
  }

  /** Only its proposals are asked for by the shell; its values are read by the command as it runs. */
  #boundParameter(plugin: string, parameter: Parameter<unknown>): Parameter<unknown> {
    const propose = (word: string) =>
      this.#run(plugin, 'a completion', pluginLimitsMs.completion, context => parameter.complete(word, context))
    // Who types is not to be told of it by each key.
    return {...parameter, complete: word => propose(word).catch(() => [])}
  }

  async #feed(listener: Listener): Promise<void> {
    if (listener.isBusy) return
    listener.isBusy = true
    for (let event = listener.waiting.shift(); event; event = listener.waiting.shift())
      await this.#react(listener, event)
    listener.isBusy = false
  }

  async #react({plugin, onEvent}: Listener, event: RoomEvent): Promise<void> {
    const copy = structuredClone(event)
    try {
      await this.#run(plugin, `its answer to "${event.event}"`, pluginLimitsMs.event, async context =>
        onEvent(copy, context),
      )
    } catch (error) {
      this.#context.fail(error)
    }
  }

  #tellMissed(listener: Listener): void {
    if (!listener.hasMissed) this.#complain(listener.plugin, 'it is too slow, and misses what happens')
    listener.hasMissed = true
  }

  /** Runs what is a plug-in's, within its time; what it cannot do is a mistake like any other, and its own faults are told as such. */
  async #run<Result>(
    plugin: string,
    what: string,
    limitMs: number,
    work: (context: CommandContext) => Promise<Result>,
  ): Promise<Result> {
    const over = new AbortController()
    const late = new ChatctlError('plugin-failed', `plug-in ${plugin}: ${what} did not end within ${limitMs / 1000} s`)
    const limit = new TimeLimit(limitMs, () => over.abort(late))
    const signal = AbortSignal.any([this.#context.signal, over.signal])
    const context = pluginContext(plugin, this.#context, {
      ...{source: this.#source, signal, limit},
      complain: error => this.#complain(plugin, `a listener of it failed: ${reasonOf(error)}`),
    })
    const passed = new Promise<never>((_resolve, reject) => over.signal.addEventListener('abort', () => reject(late)))
    try {
      return await Promise.race([this.#source.inside(plugin, () => work(context)), passed])
    } catch (error) {
      if (error instanceof ChatctlError) throw error
      throw new ChatctlError('plugin-failed', `plug-in ${plugin}: ${what} failed: ${reasonOf(error)}`, {cause: error})
    } finally {
      limit.stop()
    }
  }

  #complain(plugin: string, problem: string): void {
    this.#warn(`plug-in ${plugin}: ${problem}`)
  }
}

/** Returns what was thrown, whatever it is, as a few words. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split('\n')[0] ?? '').slice(0, 200)
}
