import type {PluginContribution, PluginKit} from '../repl/plugin.js'

/** The hook by which an oclif plug-in adds slash commands: it is given what they are made with, and returns them. */
export interface SlashCommandsHook {
  /** What the hook is given. */
  options: {chatctl: PluginKit}
  /** What it returns. */
  return: PluginContribution
}

declare module '@oclif/core/interfaces' {
  interface Hooks {
    'chatctl:slash-commands': SlashCommandsHook
  }
}
