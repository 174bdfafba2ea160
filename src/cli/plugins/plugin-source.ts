import type {Config} from '@oclif/core/config'
import type {Interfaces} from '@oclif/core'
import {reasonOf} from '../../errors/index.js'
import type {FoundPlugin, PluginKit, PluginSource, PluginStorage} from '../../repl/plugin.js'
import {Containment} from './containment.js'
import {type InstalledPlugin, pluginFileIn, readInstalled} from './plugin-file.js'
import {FileStorage} from './storage.js'

/** The hook by which plug-ins give their slash commands. */
export const slashCommandsHook = 'chatctl:slash-commands'

/** How long one plug-in may take until it is loaded. */
export const loadLimitMs = 5000

/** The plug-ins of the data directory, and those of the CLI that chatctl is mounted in. */
export class OclifPlugins implements PluginSource {
  readonly #config: Config
  readonly #home: string
  readonly #containment = new Containment()
  readonly #storages = new Map<string, FileStorage>()

  constructor(config: Config, home: string) {
    this.#config = config
    this.#home = home
  }

  set onStray(report: (plugin: string, what: string) => void) {
    this.#containment.onStray = report
  }

  readonly inside = this.#containment.inside

  readonly outside = this.#containment.outside

  /** Whether any was loaded: what it has begun may go on for ever, and hold the process. */
  get areLoaded(): boolean {
    return this.#containment.isOn
  }

  storageOf(plugin: string): PluginStorage {
    const storage = this.#storages.get(plugin) ?? new FileStorage(this.#home, plugin)
    this.#storages.set(plugin, storage)
    return storage
  }

  /**
   * Loads all plug-ins, each by itself, so that none waits for another.
   * @throws ChatctlError `plugin-failed` when the file that names them cannot be read
   */
  async load(kit: PluginKit): Promise<readonly Promise<FoundPlugin>[]> {
    const installed = await readInstalled(this.#home)
    const mounted = [...this.#config.plugins.values()].filter(hasHook)
    if (installed.length + mounted.length === 0) return []
    this.#containment.turnOn()
    return [
      ...mounted.map(plugin => this.#loadWithin(plugin.name, () => Promise.resolve(plugin), kit)),
      ...installed.map(one => this.#loadWithin(one.name, () => loadInstalled(one, this.#home), kit)),
    ]
  }

  async #loadWithin(name: string, find: () => Promise<Interfaces.Plugin>, kit: PluginKit): Promise<FoundPlugin> {
    let version = ''
    const loading = this.inside(name, async () => {
      const plugin = await find()
      version = plugin.version
      return runHook(this.#config, plugin, kit)
    })
    try {
      const contribution = await within(loadLimitMs, loading)
      return {name, version, contribution}
    } catch (error) {
      return {name, version, failure: `it cannot be loaded: ${reasonOf(error)}`}
    }
  }
}

async function loadInstalled({name, type, root}: InstalledPlugin, home: string): Promise<Interfaces.Plugin> {
  const [{Plugin}, {settings}] = await Promise.all([import('@oclif/core/config'), import('@oclif/core/settings')])
  // A directory runs as it is: oclif would look for sources to compile, and warn that it cannot.
  settings.enableAutoTranspile = false
  const plugin = new Plugin({name, type, root: root ?? pluginFileIn(home)})
  await plugin.load()
  if (!hasHook(plugin)) throw new Error(`it has no hook ${slashCommandsHook}`)
  return plugin
}

/** Has oclif run the hook of this plug-in alone, so that what is done is known to be its. */
async function runHook(config: Config, plugin: Interfaces.Plugin, chatctl: PluginKit): Promise<unknown> {
  const alone = Object.create(config, {plugins: {value: new Map([[plugin.name, plugin]])}}) as Config
  const {failures, successes} = await alone.runHook(slashCommandsHook, {chatctl}, loadLimitMs, true)
  const [failure] = failures
  if (failure) throw failure.error
  return successes[0]?.result
}

function hasHook({hooks}: Interfaces.Plugin): boolean {
  return hooks[slashCommandsHook] !== undefined
}

/** A module that never ends loading is nothing that oclif's own limit is for. */
async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it takes longer than ${ms / 1000} s`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
