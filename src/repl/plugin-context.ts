import type {Member} from '../conversation.js'
import type {CommandContext, ShellContext} from './context.js'
import type {PluginSource} from './plugin.js'
import type {TimeLimit} from './time-limit.js'

/** What bounds a plug-in while it does something. */
export interface PluginBounds {
  readonly source: PluginSource
  readonly signal: AbortSignal
  readonly limit: TimeLimit
}

/** Makes what a plug-in sees of a shell: copies of what is here, and what it may do; nothing else leads from there. */
export function pluginContext(
  plugin: string,
  shell: ShellContext,
  {source, signal, limit}: PluginBounds,
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
    fail: error => outside(() => shell.fail(error)),
    ask: question => limit.pausedFor(outside(() => shell.ask(`${plugin}: ${question}`, signal))),
    subscribe: listener =>
      outside(() => shell.subscribe(event => source.inside(plugin, () => listener(structuredClone(event))))),
  }
}

function copyOf({id, nick}: Member): Member {
  return {id, nick}
}
