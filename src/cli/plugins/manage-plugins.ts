import {access, readFile, stat} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import * as v from 'valibot'
import {ChatctlError} from '../../errors/index.js'
import {npm} from './npm.js'
import {addInstalled, type InstalledPlugin, readDependencies, readInstalled, removeInstalled} from './plugin-file.js'
import {slashCommandsHook} from './plugin-source.js'

const manifest = v.looseObject({
  name: v.string(),
  version: v.optional(v.string(), ''),
  oclif: v.optional(v.looseObject({hooks: v.optional(v.record(v.string(), v.unknown()))})),
})

/** A plug-in that is installed, as `chatctl plugins` lists it. */
export interface ListedPlugin {
  readonly name: string
  readonly version: string
  /** Where it is linked from; undefined of one that npm has installed. */
  readonly directory?: string
}

/** Lists the plug-ins of a data directory. */
export async function listPlugins(home: string): Promise<ListedPlugin[]> {
  return Promise.all((await readInstalled(home)).map(plugin => describe(plugin, home)))
}

/**
 * Adds a plug-in: a directory is linked, anything else is a package that npm knows.
 * @throws ChatctlError `plugin-failed`, `no-such-file`; then nothing is added
 */
export async function addPlugin(spec: string, home: string): Promise<ListedPlugin> {
  const plugin = (await is('directory', spec)) ? await link(resolve(spec), home) : await install(spec, home)
  await addInstalled(home, plugin)
  return describe(plugin, home)
}

/**
 * Takes a plug-in away; what it has kept stays.
 * @throws ChatctlError `plugin-failed` when there is none of that name
 */
export async function removePlugin(name: string, home: string): Promise<void> {
  const plugin = (await readInstalled(home)).find(one => one.name === name)
  const hint = '`chatctl plugins` lists those that are.'
  if (plugin === undefined) throw new ChatctlError('plugin-failed', `no plug-in ${name} is installed`, {hint})
  await removeInstalled(home, name)
  if (plugin.type === 'user') await npm('uninstall', name, home)
}

/** A directory takes the place of a package of the same name. */
async function link(root: string, home: string): Promise<InstalledPlugin> {
  const {name} = await requirePlugin(root)
  if (name in (await readDependencies(home))) await npm('uninstall', name, home)
  return {name, type: 'link', root}
}

async function install(spec: string, home: string): Promise<InstalledPlugin> {
  const before = await readDependencies(home)
  const asked = await toNpmSpec(spec)
  await npm('install', asked, home)
  const after = await readDependencies(home)
  const name = nameOfFile(asked, after, home) ?? nameIn(spec) ?? newIn(after, before)
  if (name === undefined) throw notAPlugin(spec, 'npm has installed nothing new')
  try {
    await requirePlugin(join(home, 'node_modules', name))
  } catch (error) {
    if (!(name in before)) await npm('uninstall', name, home)
    throw error
  }
  return {name, type: 'user'}
}

/** A path is meant from here, and npm would take it from there; of what is not there it says little. */
async function toNpmSpec(spec: string): Promise<string> {
  if (!/^\.{0,2}[/\\]/.test(spec) && !(await is('file', spec))) return spec
  const path = resolve(spec)
  await access(path).catch((cause: unknown) => {
    throw new ChatctlError('no-such-file', `there is no ${path}`, {cause})
  })
  return path
}

/** The package that was asked for by this file: also when it was installed before, and nothing is new. */
function nameOfFile(path: string, dependencies: Record<string, string>, home: string): string | undefined {
  return Object.keys(dependencies).find(name => {
    const [, file] = /^file:(.*)/s.exec(dependencies[name] ?? '') ?? []
    return file !== undefined && resolve(home, file) === path
  })
}

/** A name, perhaps scoped and with a version, as opposed to a file or an address. */
function nameIn(spec: string): string | undefined {
  return /^((?:@[\w.-]+\/)?[\w-][\w.-]*)(?:@[^/:]+)?$/.exec(spec)?.[1]
}

function newIn(after: Record<string, string>, before: Record<string, string>): string | undefined {
  return Object.keys(after).find(name => after[name] !== before[name])
}

async function requirePlugin(root: string): Promise<v.InferOutput<typeof manifest>> {
  const found = await readManifest(root)
  if (found.oclif?.hooks?.[slashCommandsHook] !== undefined) return found
  throw notAPlugin(found.name, `its package.json names no hook ${slashCommandsHook}`)
}

async function describe({name, root}: InstalledPlugin, home: string): Promise<ListedPlugin> {
  const {version} = await readManifest(root ?? join(home, 'node_modules', name)).catch(() => ({version: 'missing'}))
  return {name, version, ...(root !== undefined && {directory: root})}
}

async function readManifest(root: string): Promise<v.InferOutput<typeof manifest>> {
  try {
    return v.parse(manifest, JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  } catch (cause) {
    throw notAPlugin(root, 'it has no package.json that can be read', cause)
  }
}

async function is(kind: 'file' | 'directory', path: string): Promise<boolean> {
  try {
    const found = await stat(path)
    return kind === 'file' ? found.isFile() : found.isDirectory()
  } catch {
    // Whatever it is then, npm may know it.
    return false
  }
}

function notAPlugin(what: string, why: string, cause?: unknown): ChatctlError {
  const hint = 'docs/plugins.md says what makes a package a plug-in.'
  return new ChatctlError('plugin-failed', `${what} is no plug-in of chatctl: ${why}`, {hint, cause})
}
