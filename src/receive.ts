import type {HostedRoom} from './conversation.js'
import {openRoom, type HostOptions, type RoomTerms} from './host.js'

/** How files are received. */
export interface ReceiveOptions extends Omit<HostOptions, 'maxMembers'> {
  /** Goes on after the first delivery. */
  keep?: boolean
}

/**
 * Takes files on this computer, and talks to nobody: who wants to is turned away (`files-only`).
 *
 * Its conversation ends with the first whole delivery: when someone has said goodbye who brought files, and each of
 * them is verified here. What others are still bringing by then is broken off. Files are taken unless `accept` says
 * otherwise; one that fails, or a sender that is lost, is reported as an event, and the next one may come.
 * @throws ChatctlError what {@link host} throws
 * @example
 * const reception = await receive({home: '/tmp/bob', port: 0, out: 'inbox'})
 * reception.subscribe(event => console.log(event))
 * await reception.ended
 */
export async function receive({keep = false, ...options}: ReceiveOptions): Promise<HostedRoom> {
  const end = (): void => void reception.leave()
  const terms: RoomTerms = {purposes: ['deliver']}
  const oneDelivery: RoomTerms = {...terms, guests: 1, onDelivered: end}
  const reception = await openRoom({accept: 'all', ...options}, keep ? terms : oneDelivery)
  return reception
}
