import type {Conversation, RoomEvent} from '../conversation.js'
import {sanitiseLine} from '../ui/sanitise.js'
import type {Theme} from '../ui/theme.js'
import {isHosted} from './is-hosted.js'
import {joinLine} from './join-line.js'
import {shortenPath} from './local-paths.js'
import type {ShellFacts, ShellIo} from './shell-io.js'

/** The first event of a host. */
export type ListeningEvent = Extract<RoomEvent, {event: 'listening'}>
/** The first event of a member. */
export type ConnectedEvent = Extract<RoomEvent, {event: 'connected'}>

/** Returns what a host sees first on a terminal. */
export function listeningScreen(
  event: ListeningEvent,
  conversation: Conversation,
  {facts, home}: Pick<ShellIo, 'facts' | 'home'>,
  theme: Theme,
): string {
  const [best = 'localhost', ...others] = event.addresses
  const title = `chatctl ${facts.version}   room on port ${event.port}   files go to ${shortenPath(facts.outDirectory, home)}`
  return [
    theme.strong(title),
    '',
    'On the other computer:',
    '',
    `    ${theme.command(joinLine(facts, best, event.port))}`,
    ...(isLoopback(best)
      ? ['', theme.warning('Only this computer can reach that: it listens on no other address.')]
      : []),
    '',
    codeLine(event, conversation, theme),
    '',
    ...alsoLines(others, conversation, facts, theme),
    `${theme.command('Alt-C')} copies the line above, ${theme.command('/qr')} shows it as a QR code, ${theme.command('/quit')} closes the room`,
  ].join('\n')
}

/** Returns what a host prints first where nobody watches; its first line says where it listens. */
export function listeningLines(event: ListeningEvent, conversation: Conversation, facts: ShellFacts): string {
  const [best = 'localhost'] = event.addresses
  return doorLines(event, conversation, `join with: ${joinLine(facts, best, event.port)}`)
}

/** Returns where a host listens, how others come there, and what they have to show. */
export function doorLines(event: ListeningEvent, conversation: Conversation, howToCome: string): string {
  const lines = [listeningLine(event), howToCome]
  if (event.code !== undefined) lines.push(`code: ${event.code}`)
  if (isOpen(conversation)) lines.push('open: no code is asked; whoever reaches the port gets in')
  return lines.join('\n')
}

/** Returns where a host listens. */
export function listeningLine({addresses: [best = 'localhost'], port}: ListeningEvent): string {
  return `listening on ${best.includes(':') ? `[${best}]` : best}:${port}`
}

/** Returns what a member sees first on a terminal. */
export function connectedScreen(event: ConnectedEvent, conversation: Conversation, theme: Theme): string {
  const file = theme.command('/file PATH')
  const help = theme.command('/help')
  return [
    `${connectedLine(event, conversation)}   ${theme.good('encrypted')}`,
    `Type to talk. ${file} sends a file. ${help} lists the commands.`,
  ].join('\n')
}

/** Returns whom a member has reached, and who else is there. */
export function connectedLine(event: ConnectedEvent, {host}: Conversation): string {
  const others = event.members.filter(({id}) => id !== host.id).map(({nick}) => sanitiseLine(nick))
  const also = others.length === 0 ? '' : `   also here: ${others.join(', ')}`
  const name = event.knownAs === undefined || event.knownAs === host.nick ? '' : `, remembered as ${event.knownAs}`
  return `connected to ${sanitiseLine(host.nick)} (${sanitiseLine(event.host + name)})${also}`
}

/** More addresses than these help nobody. */
const mostOthers = 4

function alsoLines(
  addresses: readonly string[],
  conversation: Conversation,
  {interfaces}: ShellFacts,
  theme: Theme,
): string[] {
  const named = addresses.slice(0, mostOthers).map(address => withInterface(address, interfaces[address]))
  const more = addresses.length - named.length
  const all = [...named, ...(more > 0 ? [`${more} more`] : [])]
  const also = all.length === 0 ? [] : [`also at ${all.join(', ')}`]
  const line = [...also, ...rememberedNote(conversation)].join('     ')
  return line === '' ? [] : [theme.faint(line)]
}

function withInterface(address: string, name: string | undefined): string {
  return name === undefined ? address : `${address} (${name})`
}

function isLoopback(address: string): boolean {
  return address === '::1' || address === 'localhost' || address.startsWith('127.')
}

function rememberedNote(conversation: Conversation): string[] {
  const {length: count} = conversation.peers()
  if (count === 0 || !isHosted(conversation) || conversation.code === undefined || conversation.isCodeOnly) return []
  return [`${count} remembered ${count === 1 ? 'device' : 'devices'} may enter without it`]
}

function codeLine({code}: ListeningEvent, conversation: Conversation, theme: Theme): string {
  if (isOpen(conversation)) return theme.warning('No code is asked: whoever reaches the port gets in.')
  if (code === undefined) return `Code:  the one you gave          ${theme.command('/invite N')} makes one for N guests`
  return `Code:  ${theme.strong(code)}          ${theme.command('/invite')} makes another`
}

function isOpen(conversation: Conversation): boolean {
  return isHosted(conversation) && conversation.code === undefined
}
