import type {RoomEvent} from '../conversation.js'
import {ChatctlError, reasonOf} from '../errors/index.js'
import type {CommandContext, ShellContext} from './context.js'
import {InFlight} from './in-flight.js'
import type {Parameter, Parameters} from './parameter.js'
import {checkCommand, checkContribution, checkProposals} from './plugin-check.js'
import {PluginListener} from './plugin-listener.js'
import {PluginFault, PluginRunner} from './plugin-runner.js'
import {type FoundPlugin, pluginKit, type PluginContribution, type PluginSource} from './plugin.js'
import {settlesWithin} from './settles-within.js'
import type {SlashCommand} from './slash-command.js'

/** How long the lines behind a plug-in's command wait for it; then it goes on beside them. */
export const pluginPatienceMs = 1000

/** How long a plug-in that is loaded waits for those before it: of two with the same command the first has it. */
export const orderPatienceMs = 250

/** What is told of one plug-in at most: more is only noise. */
export const maxComplaints = 20

/** A plug-in, and what has become of it. */
export interface PluginState {
  readonly name: string
  readonly version: string
  /** The names of its commands. */
  readonly commands: readonly string[]
  /** What was and is wrong with it, each once, if anything. */
  readonly problems: readonly string[]
}

/** The plug-ins of a shell: what they add to it, and that none of them can hold it up or end it. */
export class PluginDesk {
  readonly #source: PluginSource
  readonly #context: ShellContext
  readonly #warn: (text: string) => void
  readonly #states: PluginState[] = []
  readonly #owners = new Map<string, string>()
  readonly #listeners: PluginListener[] = []
  readonly #problems = new Map<string, string[]>()
  readonly #complaints = new Map<string, number>()
  readonly #running = new InFlight(Infinity)
  /** Those who wait for a command look again when there are more. */
  readonly #looking = new Set<() => void>()
  #loaded: Promise<void> | undefined

  constructor(source: PluginSource, context: ShellContext, warn: (text: string) => void) {
    this.#source = source
    this.#context = context
    this.#warn = warn
    source.onStray = (plugin, what) => this.#complain(plugin, what)
  }

  /** Every plug-in that is loaded, or could not be, in the order in which they were added. */
  get states(): readonly PluginState[] {
    return this.#states
  }

  /** Resolves when the plug-ins are loaded, or cannot be: that begins behind the first screen. */
  get loaded(): Promise<void> {
    this.#loaded ??= this.#load()
    return this.#loaded
  }

  /** Resolves when there is a command of this name, or all are loaded and none has brought it. */
  async whenKnown(name: string): Promise<void> {
    const isKnown = (): boolean => this.#context.registry.get(name) !== undefined
    // Once all are loaded nobody has anything to wait for.
    const loaded = (): Promise<void> => this.loaded.then(() => this.#looking.clear())
    if (!isKnown()) await Promise.race([loaded(), this.#whenAdded(isKnown)])
  }

  /** Resolves when no command of a plug-in runs any more. */
  settled(): Promise<void> {
    return this.#running.drained()
  }

  /** Hands what happens to the plug-ins that listen. */
  observe(event: RoomEvent): void {
    if (event.event === 'listening' || event.event === 'connected') setImmediate(() => void this.loaded)
    if (event.event === 'progress') return
    for (const listener of this.#listeners) listener.hear(event)
  }

  async #load(): Promise<void> {
    try {
      await this.#addEach(await this.#source.load(pluginKit))
    } catch (error) {
      this.#warn(`no plug-in is loaded: ${reasonOf(error)}`)
    }
  }

  /** In their order, but that none waits long for another. */
  async #addEach(plugins: readonly Promise<FoundPlugin>[]): Promise<void> {
    const added: Promise<void>[] = []
    for (const plugin of plugins) added.push(this.#addBehind(added.at(-1) ?? Promise.resolve(), plugin))
    await Promise.all(added)
  }

  #whenAdded(isThere: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = (): void => {
        if (isThere()) resolve()
      }
      this.#looking.add(look)
    })
  }

  async #addBehind(others: Promise<void>, plugin: Promise<FoundPlugin>): Promise<void> {
    const found = await plugin
    await settlesWithin(others, orderPatienceMs)
    this.#add(found)
    for (const look of [...this.#looking]) look()
  }

  #add({name, version, contribution, failure}: FoundPlugin): void {
    const commands: string[] = []
    this.#states.push({name, version, commands, problems: this.#problemsOf(name)})
    if (failure !== undefined) return this.#complain(name, failure)
    try {
      this.#addContribution(name, checkContribution(contribution), commands)
    } catch (error) {
      this.#complain(name, reasonOf(error))
    }
  }

  #addContribution(plugin: string, given: PluginContribution, added: string[]): void {
    const complain = (problem: string) => this.#complain(plugin, problem)
    const runner = new PluginRunner(plugin, {source: this.#source, shell: this.#context, complain})
    for (const command of given.commands ?? []) {
      try {
        checkCommand(command, name => this.#ownerOf(name))
        this.#context.registry.add(this.#inBounds(plugin, command, runner))
        for (const name of [command.name, ...command.aliases]) this.#owners.set(name, `plug-in ${plugin}`)
        added.push(command.name)
      } catch (error) {
        complain(reasonOf(error))
      }
    }
    if (given.onEvent) this.#listeners.push(new PluginListener(given.onEvent, runner, complain))
  }

  #ownerOf(name: string): string | undefined {
    return this.#owners.get(name) ?? (this.#context.registry.has(name) ? 'chatctl itself' : undefined)
  }

  #inBounds(plugin: string, command: SlashCommand<CommandContext>, runner: PluginRunner): SlashCommand {
    const bound = (parameters: Parameters): Parameters =>
      Object.fromEntries(Object.entries(parameters).map(([name, one]) => [name, boundParameter(one, runner)]))
    return {
      ...command,
      group: 'plug-ins',
      args: bound(command.args),
      flags: bound(command.flags),
      execute: (_context, rest) =>
        this.#begin(
          plugin,
          runner.run('command', `/${command.name}`, context => command.execute(context, rest)),
        ),
    }
  }

  /** Waits for a command, but not for long: it must not keep a person from talking. */
  async #begin(plugin: string, running: Promise<void>): Promise<void> {
    const told = running.catch((error: unknown) => this.#fail(plugin, error))
    if (!(await settlesWithin(told, pluginPatienceMs))) void this.#running.add(told)
  }

  /** A mistake of who has typed is none of the plug-in's. */
  #fail(plugin: string, error: unknown): void {
    if (!(error instanceof PluginFault)) return this.#context.fail(error)
    this.#note(plugin, error.message)
    this.#context.fail(new ChatctlError('plugin-failed', `plug-in ${plugin}: ${error.message}`, {cause: error}))
  }

  #complain(plugin: string, problem: string): void {
    this.#note(plugin, problem)
    const count = (this.#complaints.get(plugin) ?? 0) + 1
    this.#complaints.set(plugin, count)
    if (count > maxComplaints) return
    const isLast = count === maxComplaints
    this.#warn(`plug-in ${plugin}: ${problem}${isLast ? ' (and no more of it is told)' : ''}`)
  }

  #note(plugin: string, problem: string): void {
    const problems = this.#problemsOf(plugin)
    if (problems.length < maxComplaints && !problems.includes(problem)) problems.push(problem)
  }

  #problemsOf(plugin: string): string[] {
    const problems = this.#problems.get(plugin) ?? []
    this.#problems.set(plugin, problems)
    return problems
  }
}

/** Only its proposals are asked for by the shell; its values are read by the command as it runs. */
function boundParameter(parameter: Parameter<unknown>, runner: PluginRunner): Parameter<unknown> {
  const propose = (word: string) =>
    runner.run('completion', 'a completion', context => parameter.complete(word, context))
  // Who types is not to be told of it by each key.
  return {...parameter, complete: word => propose(word).then(checkProposals, () => [])}
}
