import type {Clock} from '../../session/clock.js'
import {RateLimiter} from './rate-limiter.js'

/** How fast bytes of files may move here, in all: what is sent, and what is received. */
export class Bandwidth {
  readonly send: RateLimiter
  readonly receive: RateLimiter

  constructor(clock: Clock) {
    this.send = new RateLimiter(clock)
    this.receive = new RateLimiter(clock)
  }

  /** Holds each direction to so many bytes a second; undefined lifts the limit. */
  limit(bytesPerSecond: number | undefined): void {
    this.send.limit(bytesPerSecond)
    this.receive.limit(bytesPerSecond)
  }
}
