import {mkdir, readFile, rename, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import * as v from 'valibot'
import {ChatctlError} from '../../errors/index.js'

const entry = v.looseObject({
  name: v.string(),
  type: v.picklist(['user', 'link']),
  /** Where a linked one is. */
  root: v.exactOptional(v.string()),
})

/** A plug-in as the file of plug-ins names it: installed beside it, or linked from where it is. */
export type InstalledPlugin = v.InferOutput<typeof entry>

const pluginFile = v.looseObject({
  dependencies: v.exactOptional(v.record(v.string(), v.string())),
  oclif: v.exactOptional(v.looseObject({plugins: v.exactOptional(v.array(entry))})),
})

type PluginFile = v.InferOutput<typeof pluginFile>

/** Where the plug-ins of a data directory are named: the file that oclif itself has for those of users. */
export function pluginFileIn(home: string): string {
  return join(home, 'package.json')
}

/**
 * Returns the plug-ins of a data directory, by name.
 * @throws ChatctlError `plugin-failed` when the file that names them cannot be read
 */
export async function readInstalled(home: string): Promise<InstalledPlugin[]> {
  const {oclif} = await readPluginFile(home)
  return [...(oclif?.plugins ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Names a plug-in, in place of one of the same name. */
export async function addInstalled(home: string, plugin: InstalledPlugin): Promise<void> {
  await changePlugins(home, plugins => [...plugins.filter(({name}) => name !== plugin.name), plugin])
}

/** Names a plug-in no more. */
export async function removeInstalled(home: string, name: string): Promise<void> {
  await changePlugins(home, plugins => plugins.filter(one => one.name !== name))
}

/** What npm has installed there: packages and how they were asked for. */
export async function readDependencies(home: string): Promise<Record<string, string>> {
  return (await readPluginFile(home)).dependencies ?? {}
}

async function changePlugins(home: string, change: (plugins: InstalledPlugin[]) => InstalledPlugin[]): Promise<void> {
  const file = await readPluginFile(home)
  const plugins = change(file.oclif?.plugins ?? [])
  await write(home, {private: true, ...file, oclif: {schema: 1, ...file.oclif, plugins}})
}

async function readPluginFile(home: string): Promise<PluginFile> {
  const path = pluginFileIn(home)
  try {
    return v.parse(pluginFile, JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    const hint = 'Mend it, or delete it and add the plug-ins again.'
    throw new ChatctlError('plugin-failed', `${path} does not name plug-ins as it should`, {hint, cause: error})
  }
}

async function write(home: string, file: object): Promise<void> {
  const path = pluginFileIn(home)
  await mkdir(dirname(path), {recursive: true, mode: 0o700})
  await writeFile(`${path}.new`, `${JSON.stringify(file, undefined, 2)}\n`)
  await rename(`${path}.new`, path)
}
