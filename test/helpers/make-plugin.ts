import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {temporaryDirectory} from './temporary-directory.js'

/** Makes the directory of a plug-in whose hook is in `script`; returns its path. */
export function makePlugin(name: string, script: string, hook = 'chatctl:slash-commands'): string {
  const directory = join(temporaryDirectory(), name)
  mkdirSync(directory)
  const oclif = {hooks: {[hook]: './slash-commands.js'}}
  writeFileSync(join(directory, 'package.json'), JSON.stringify({name, version: '1.2.3', type: 'module', oclif}))
  writeFileSync(join(directory, 'slash-commands.js'), script)
  return directory
}

/** Names plug-ins in a data directory, as `chatctl plugins add` does with directories. */
export function linkPlugins(home: string, plugins: readonly {name: string; root: string}[]): void {
  mkdirSync(home, {recursive: true})
  const listed = plugins.map(plugin => ({...plugin, type: 'link'}))
  writeFileSync(join(home, 'package.json'), JSON.stringify({private: true, oclif: {schema: 1, plugins: listed}}))
}
