import type {Conversation, RoomEvent} from '../conversation.js'
import {sanitiseLine} from '../ui/sanitise.js'
import type {Theme} from '../ui/theme.js'
import {isHosted} from './is-hosted.js'
import {shortenPath} from './local-paths.js'
import type {ShellFacts, ShellIo} from './shell-io.js'

/** The first event of a host. */
export type ListeningEvent = Extract<RoomEvent, {event: 'listening'}>
/** The first event of a member. */
export type ConnectedEvent = Extract<RoomEvent, {event: 'connected'}>

const defaultPort = 5000

/** Returns what a host sees first on a terminal. */
export function listeningScreen(
  event: ListeningEvent,
  conversation: Conversation,
  {facts: {version, outDirectory, joinCommand}, home}: Pick<ShellIo, 'facts' | 'home'>,
  theme: Theme,
): string {
  const [best = 'localhost', ...others] = event.addresses
  const title = `chatctl ${version}   room on port ${event.port}   files go to ${shortenPath(outDirectory, home)}`
  return [
    theme.strong(title),
    '',
    'On the other computer:',
    '',
    `    ${theme.command(joinLine(joinCommand, best, event.port))}`,
    '',
    codeLine(event, conversation, theme),
    '',
    ...(others.length === 0 ? [] : [theme.faint(`also at ${others.join(', ')}`)]),
    `${theme.command('/quit')} closes the room`,
  ].join('\n')
}

/** Returns what a host prints first where nobody watches; its first line says where it listens. */
export function listeningLines(event: ListeningEvent, conversation: Conversation, facts: ShellFacts): string {
  const [best = 'localhost'] = event.addresses
  const host = best.includes(':') ? `[${best}]` : best
  const lines = [`listening on ${host}:${event.port}`, `join with: ${joinLine(facts.joinCommand, best, event.port)}`]
  if (event.code !== undefined) lines.push(`code: ${event.code}`)
  if (isOpen(conversation)) lines.push('open: no code is asked; whoever reaches the port gets in')
  return lines.join('\n')
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
  return `connected to ${sanitiseLine(host.nick)} (${sanitiseLine(event.host)})${also}`
}

function joinLine(joinCommand: string, address: string, port: number): string {
  return `${joinCommand} -h ${address}${port === defaultPort ? '' : ` -p ${port}`}`
}

function codeLine({code}: ListeningEvent, conversation: Conversation, theme: Theme): string {
  if (isOpen(conversation)) return theme.warning('No code is asked: whoever reaches the port gets in.')
  const another = `${theme.command('/invite')} makes another`
  if (code === undefined) return `Code:  the one you gave          ${another}`
  return `Code:  ${theme.strong(code)}          ${another}`
}

function isOpen(conversation: Conversation): boolean {
  return isHosted(conversation) && conversation.code === undefined
}
