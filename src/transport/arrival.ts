import type {Socket} from 'node:net'
import {plainAddress} from './address.js'

/** How far a socket has come on its way in, from nothing on: who is admitted has yet to say what for. */
export const arrivalStages = ['silent', 'handshaking', 'secured', 'greeted', 'admitted'] as const
export type ArrivalStage = (typeof arrivalStages)[number]

/** A socket that was accepted and is not in yet. */
export interface Arrival {
  readonly remoteAddress: string
  readonly stage: ArrivalStage
  /** Notes that it has come as far as `stage`. */
  advance(stage: ArrivalStage): void
  /** Closes it at once, without a word. */
  destroy(): void
}

/** Who counts arrivals, and may destroy some to make room for others. */
export interface ArrivalWatch {
  arrived(arrival: Arrival): void
  left(arrival: Arrival): void
}

/** The arrival of one accepted socket. */
export class SocketArrival implements Arrival {
  readonly remoteAddress: string
  readonly #socket: Socket
  #stage: ArrivalStage = 'silent'

  constructor(socket: Socket) {
    this.#socket = socket
    this.remoteAddress = plainAddress(socket.remoteAddress ?? '')
  }

  get stage(): ArrivalStage {
    return this.#stage === 'silent' && this.#socket.bytesRead > 0 ? 'handshaking' : this.#stage
  }

  advance(stage: ArrivalStage): void {
    this.#stage = stage
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
