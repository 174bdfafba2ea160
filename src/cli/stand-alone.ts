import {Config} from '@oclif/core/config'
import type {Command, Interfaces} from '@oclif/core'
import {run} from '@oclif/core/run'
import {settings} from '@oclif/core/settings'

const topic = 'chat:'

/** Runs chatctl as a CLI of its own. */
export async function runStandAlone(root: string, argv: string[]): Promise<void> {
  // Otherwise NODE_ENV=test or =development makes oclif look for TypeScript sources to compile.
  settings.enableAutoTranspile = false
  const config = await loadStandAlone(root)
  process.on('uncaughtException', error => void fail(error, config))
  try {
    await run(argv, config)
  } catch (error) {
    await fail(error, config)
  }
}

/**
 * The package declares its commands as a plug-in has them (`chat:join`), so that nothing has to be taken away where it is
 * mounted. Here they get their short names (`join`); the long ones go on working, but are not listed.
 */
async function loadStandAlone(root: string): Promise<Config> {
  // Help is a child plug-in only here: mounted, the other CLI brings its own. Those of users are loaded in a room, behind the
  // first screen, and bring slash commands only.
  const config = await Config.load({root, pluginAdditions: {core: ['@oclif/plugin-help']}, userPlugins: false})
  for (const plugin of config.getPluginsList()) if (plugin.isRoot) shortenNames(plugin)
  return config
}

function shortenNames(plugin: Interfaces.Plugin): void {
  plugin.commands = plugin.commands.flatMap(command => [shorten(command), {...command, hidden: true}])
  plugin.pjson.oclif.topics = plugin.pjson.oclif.topics?.['chat']?.subtopics ?? {}
}

function shorten(command: Command.Loadable): Command.Loadable {
  const id = command.id.slice(topic.length)
  const hiddenAliases = command.hiddenAliases.map(alias => alias.slice(topic.length))
  return {...command, id, hiddenAliases, load: async () => Object.assign(await command.load(), {id, hiddenAliases})}
}

async function fail(error: unknown, config: Config): Promise<void> {
  // What is needed to report is not worth loading before there is something to report; where no file can be opened any
  // more, an end without a word is better than none.
  const {reportAndExit} = await import('./report-and-exit.js').catch(() => process.exit(1))
  await reportAndExit(error, config)
}
