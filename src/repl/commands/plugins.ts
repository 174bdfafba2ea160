import {sanitiseLine} from '../../ui/sanitise.js'
import type {PluginState} from '../plugin-desk.js'
import {defineCommand} from '../slash-command.js'

/** `/plugins`: lists the plug-ins, what they add, and what is wrong with them. */
export const plugins = defineCommand({
  name: 'plugins',
  group: 'core',
  summary: 'lists the plug-ins and what they add',
  examples: ['/plugins'],
  async run({plugins: load, print}) {
    const states = await load()
    print(states.length === 0 ? 'no plug-in is installed' : states.map(describe).join('\n'))
  },
})

function describe({name, version, commands, problems}: PluginState): string {
  const title = [name, version, ...commands.map(command => `/${command}`)].join('  ')
  return [title, ...problems.map(problem => `  ${problem}`)].map(sanitiseLine).join('\n')
}
