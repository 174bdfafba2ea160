import type {Member, RoomEvent} from '../conversation.js'
import {ChatctlError, reasonOf} from '../errors/index.js'
import type {CommandContext, ShellContext} from './context.js'
import type {PluginSource} from './plugin.js'
import type {TimeLimit} from './time-limit.js'

/** What bounds a plug-in while it does something. */
export interface PluginBounds {
  readonly source: PluginSource
  /** Given to the plug-in: who listens to it is the plug-in's. */
  readonly signal: AbortSignal
  /** Aborts with it, for the shell. */
  readonly over: AbortSignal
  readonly limit: TimeLimit
  /** Tells what a plug-in has done that it should not. */
  readonly complain: (error: unknown) => void
}

/** Makes what a plug-in sees of a shell: copies of what is here, and what it may do; nothing else leads from there. */
export function pluginContext(
  plugin: string,
  shell: ShellContext,
  {source, signal, over, limit, complain}: PluginBounds,
): CommandContext {
  const {outside} = source
  return {
    signal,
    storage: source.storageOf(plugin),
    me: () => copyOf(shell.me()),
    host: () => copyOf(shell.host()),
    isHost: shell.isHost,
    isScreen: shell.isScreen,
    members: () => shell.members().map(copyOf),
    offers: () => structuredClone(shell.offers()),
    transfers: () => structuredClone(shell.transfers()),
    undelivered: () => shell.undelivered().map(({transfer, name, to}) => ({transfer, name, to})),
    peers: () => structuredClone(shell.peers()),
    commands: shell.commands,
    paths: shell.paths,
    say: (text, kind) => outside(() => shell.say(text, kind)),
    tell: (nick, text) => outside(() => shell.tell(nick, text)),
    sendFile: (path, terms) => outside(() => shell.sendFile(path, terms)),
    print: text => outside(() => shell.print(text)),
    fail: error => outside(() => shell.fail(asMistake(plugin, error))),
    ask: question => limit.pausedFor(outside(() => shell.ask(`${plugin}: ${question}`, over))),
    subscribe(listener) {
      const hear = (event: RoomEvent): void => {
        try {
          source.inside(plugin, () => listener(structuredClone(event)))
        } catch (error) {
          complain(error)
        }
      }
      return outside(() => shell.subscribe(hear))
    },
  }
}

/** What a plug-in calls a mistake is its own, unless it comes from what it has asked chatctl for. */
function asMistake(plugin: string, error: unknown): ChatctlError {
  if (error instanceof ChatctlError) return error
  return new ChatctlError('plugin-failed', `plug-in ${plugin}: ${reasonOf(error)}`, {cause: error})
}

function copyOf({id, nick}: Member): Member {
  return {id, nick}
}
