import type {HostedRoom} from '../conversation.js'
import type {ShellFacts} from './shell-io.js'

/** Returns what is typed on another computer to come to an address here. */
export function joinLine({joinCommand, defaultPort}: ShellFacts, address: string, port: number): string {
  return `${joinCommand} -h ${address}${port === defaultPort ? '' : ` -p ${port}`}`
}

/** Returns what is typed on another computer to come into a room. */
export function joinLineOf({addresses: [best = 'localhost'], port}: HostedRoom, facts: ShellFacts): string {
  return joinLine(facts, best, port)
}
