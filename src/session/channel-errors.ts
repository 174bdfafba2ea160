import {ChatctlError} from '../errors/index.js'

/** What the user of a channel gets when the other side gave it up. */
export class ChannelResetError extends ChatctlError {
  /** The peer's reason, a word of its own choosing. */
  readonly reset: string

  constructor(reset: string) {
    super(reset === 'cancelled' ? 'cancelled' : 'peer-failed', `the other side ended the transfer (${reset})`)
    this.reset = reset
  }
}
