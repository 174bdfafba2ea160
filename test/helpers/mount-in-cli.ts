import {cpSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {runScript, packageRoot, type Ended} from './run-chatctl.js'

/** How the other CLI is made. */
export interface OtherCli {
  /** Whether the mounted chatctl has its manifest; it has unless said otherwise. */
  hasManifest?: boolean
  topicSeparator?: ' ' | ':'
  additionalHelpFlags?: string[]
  /** What it finds in its environment. */
  env?: Record<string, string>
  /** What is mounted; chatctl unless said otherwise. */
  plugins?: string[]
  /** Scripts with slash commands: of other plug-ins of the CLI, by name, and of its own. */
  slashCommands?: {plugins: Record<string, string>; own: string}
  /** All of standard input. */
  input?: string
}

/**
 * Makes an oclif CLI `mycli` in `directory`, with a command `grep` of its own that takes `-h`, and chatctl as a plug-in;
 * returns how it is run.
 */
export function mountInCli(directory: string, options: OtherCli): (...argv: string[]) => Promise<Ended> {
  const {hasManifest = true, topicSeparator = ' ', additionalHelpFlags, slashCommands, env = {}, input = ''} = options
  const others = Object.entries(slashCommands?.plugins ?? {})
  const plugins = [...(options.plugins ?? ['chatctl']), ...others.map(([name]) => name)]
  const hooks = slashCommands && slashCommandsHook
  const oclif = {bin: 'mycli', commands: './commands', plugins, topicSeparator, additionalHelpFlags, hooks}
  const dependencies = Object.fromEntries(['@oclif/core', ...plugins].map(name => [name, '*']))
  write(directory, 'package.json', {name: 'mycli', version: '9.9.9', type: 'module', dependencies, oclif})
  write(directory, 'bin/run.js', runScriptText)
  write(directory, 'commands/grep.js', grepText)
  if (slashCommands) write(directory, 'slash-commands.js', slashCommands.own)
  for (const [name, script] of others) writePlugin(join(directory, 'node_modules', name), name, script)
  link(join(packageRoot, 'node_modules/@oclif/core'), join(directory, 'node_modules/@oclif/core'))
  const chatctl = hasManifest ? packageRoot : copyWithoutManifest(join(directory, 'without-manifest'))
  link(chatctl, join(directory, 'node_modules/chatctl'))
  return (...argv) => runScript(join(directory, 'bin/run.js'), argv, {cwd: directory, env, input})
}

const slashCommandsHook = {'chatctl:slash-commands': './slash-commands.js'}

function writePlugin(directory: string, name: string, script: string): void {
  write(directory, 'package.json', {name, version: '1.2.3', type: 'module', oclif: {hooks: slashCommandsHook}})
  write(directory, 'slash-commands.js', script)
}

/** Makes a copy of the built package that has no manifest; returns where it is. */
export function copyWithoutManifest(directory: string): string {
  for (const part of ['package.json', 'bin', 'dist']) {
    cpSync(join(packageRoot, part), join(directory, part), {recursive: true})
  }
  link(join(packageRoot, 'node_modules'), join(directory, 'node_modules'))
  return directory
}

const runScriptText = `
import {execute} from '@oclif/core'
await execute({dir: import.meta.url})
`

const grepText = `
import {Command, Flags} from '@oclif/core'
export default class Grep extends Command {
  static summary = 'find lines'
  static flags = {hide: Flags.string({char: 'h'})}
  async run() {
    const {flags} = await this.parse(Grep)
    this.log('hides ' + flags.hide)
  }
}
`

function write(directory: string, name: string, content: object | string): void {
  const path = join(directory, name)
  mkdirSync(join(path, '..'), {recursive: true})
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
}

function link(target: string, path: string): void {
  mkdirSync(join(path, '..'), {recursive: true})
  // A junction needs no privilege on Windows; elsewhere the type says nothing.
  symlinkSync(target, path, 'junction')
}
