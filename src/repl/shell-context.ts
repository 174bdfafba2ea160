import type {Conversation, HostedRoom} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import {sanitiseBlock, sanitiseLine} from '../ui/sanitise.js'
import type {Absence} from './absence.js'
import type {ShellContext} from './context.js'
import type {Deliveries} from './deliveries.js'
import type {FileOffers} from './file-offers.js'
import type {Ignored} from './ignored.js'
import {isHosted} from './is-hosted.js'
import type {LocalPaths} from './local-paths.js'
import type {OwnOffers} from './own-offers.js'
import type {PasteBlock} from './paste-block.js'
import type {PluginState} from './plugin-desk.js'
import type {Questions} from './questions.js'
import type {CommandRegistry} from './registry.js'
import type {ShellIo} from './shell-io.js'
import type {ShellView} from './shell-view.js'
import {shellWindow} from './shell-window.js'
import type {TalkMemory} from './talk-memory.js'

/** What a shell needs of the world. */
export type ShellSurroundings = Pick<
  ShellIo,
  'cwd' | 'home' | 'mediaType' | 'openEditor' | 'onEvent' | 'plugins' | 'facts' | 'look' | 'stdout'
>

/** What a shell has that its commands work with. */
export interface ShellParts {
  readonly registry: CommandRegistry
  readonly paths: LocalPaths
  readonly deliveries: Deliveries
  readonly offers: OwnOffers
  readonly files: FileOffers
  readonly questions: Questions
  readonly talk: TalkMemory
  readonly ignored: Ignored
  readonly absence: Absence
  readonly block: PasteBlock
  readonly plugins: () => Promise<readonly PluginState[]>
  readonly fail: (error: unknown) => void
  readonly quit: () => Promise<void>
  /** Is aborted when the conversation is over. */
  readonly signal: AbortSignal
}

/** Makes what the commands of a shell see. */
export function shellContext(
  conversation: Conversation,
  io: ShellSurroundings,
  view: ShellView,
  parts: ShellParts,
): ShellContext {
  const {deliveries, offers, files, questions, ...kept} = parts
  const isScreen = (): boolean => view.clear !== undefined
  return {
    ...kept,
    conversation,
    me: () => conversation.me,
    host: () => conversation.host,
    isHost: () => isHosted(conversation),
    isScreen,
    members: () => conversation.members(),
    offers: () => conversation.offers(),
    transfers: () => conversation.transfers(),
    undelivered: () => offers.failed(),
    peers: () => conversation.peers(),
    commands: () => kept.registry.all().map(({name, summary}) => ({name, summary})),
    say: (text, kind) => deliveries.follow(text, conversation.say(text, kind)),
    tell: (nick, text) => deliveries.follow(text, conversation.tell(nick, text)),
    send: (text, deliver) => deliveries.send(text, deliver),
    sendFile: (path, terms) => files.offer(path, terms),
    retry: transfer => files.retry(transfer),
    subscribe: listener => conversation.subscribe(listener),
    ask: async (question, until = kept.signal) => {
      if (!isScreen()) throw new ChatctlError('screen-only', 'nobody can be asked here')
      return questions.ask(sanitiseLine(question), until)
    },
    edit: text => editText(text, io, view),
    room: () => hostedRoom(conversation),
    print: text => view.print(sanitiseBlock(text)),
    clear: () => view.clear?.(),
    window: shellWindow(io, view.print),
    mediaType: io.mediaType,
    facts: io.facts,
  }
}

async function editText(text: string, {openEditor}: ShellSurroundings, {lend}: ShellView): Promise<string> {
  if (lend && openEditor) return lend(() => openEditor(text))
  throw new ChatctlError('screen-only', 'there is no screen to write on')
}

function hostedRoom(conversation: Conversation): HostedRoom {
  if (isHosted(conversation)) return conversation
  throw new ChatctlError('host-only', 'only the host can do that')
}
