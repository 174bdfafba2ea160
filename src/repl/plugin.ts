import type {RoomEvent} from '../conversation.js'
import type {CommandContext} from './context.js'
import {boolean, custom, integer, option, rest, string} from './parameter.js'
import {directory, member, members, path, paths} from './room-parameters.js'
import {defineSlashCommand, type SlashCommand} from './slash-command.js'

/** The version of what plug-ins are given and give; it counts up when one of before would not work any more. */
export const pluginApiVersion = 1

/** The kinds of arguments and flags of slash commands. */
export const parameters = {
  ...{boolean, custom, integer, option, rest, string},
  ...{directory, member, members, path, paths},
} as const

/** What a plug-in makes its commands with: it needs nothing of chatctl's but this. */
export const pluginKit = {apiVersion: pluginApiVersion, command: defineSlashCommand, ...parameters} as const

/** What a plug-in makes its commands with. */
export type PluginKit = typeof pluginKit

/** What a plug-in gives. */
export interface PluginContribution {
  /** The version of the plug-in API that it was written for. */
  readonly apiVersion: typeof pluginApiVersion
  /** Its slash commands, made by the kit's `command`. */
  readonly commands?: readonly SlashCommand<CommandContext>[]
  /** Hears what happens in the room, one event after the other; progress is left out. */
  readonly onEvent?: (event: RoomEvent, context: CommandContext) => Promise<void> | void
}

/** What a plug-in keeps, in a file of its own: JSON values by key, a MiB in all. */
export interface PluginStorage {
  /** Returns a copy of what is kept under a key; undefined when nothing is. */
  get(key: string): Promise<unknown>
  /** Keeps a value; resolves when it is on the disk. */
  set(key: string, value: unknown): Promise<void>
  /** Keeps nothing under a key any more. */
  delete(key: string): Promise<void>
  /** Every key under which something is kept. */
  keys(): Promise<string[]>
}

/** A plug-in as it was found. */
export interface FoundPlugin {
  readonly name: string
  readonly version: string
  /** What its hook has returned, whatever that is; undefined when it could not be loaded. */
  readonly contribution?: unknown
  /** Why it could not be loaded. */
  readonly failure?: string
}

/** Where the plug-ins of a shell come from, and what keeps them in bounds. */
export interface PluginSource {
  /** Loads them all, each by itself and in a bounded time; one that fails says so, and none rejects. */
  readonly load: (kit: PluginKit) => Promise<readonly Promise<FoundPlugin>[]>
  readonly storageOf: (plugin: string) => PluginStorage
  /** Runs what is a plug-in's: what it prints, and that it exits, is told and not done. */
  readonly inside: <Result>(plugin: string, work: () => Result) => Result
  /** Runs what is the shell's own, though a plug-in asks for it. */
  readonly outside: <Result>(work: () => Result) => Result
  /** Who hears what a plug-in has done that it should not. */
  onStray: (plugin: string, what: string) => void
}
