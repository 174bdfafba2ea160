import {ChatctlError} from '../errors/index.js'
import {checkNick} from '../protocol/nick.js'

/** What a device of that nick is called here: never what the command line takes for an address, or for a flag. */
export function toPeerName(nick: string): string {
  return nick.replaceAll('.', '-').replace(/^-/, '_')
}

/**
 * Checks what somebody wants to call a device.
 * @throws ChatctlError `bad-nick`, `bad-argument`
 */
export function checkPeerName(name: string): void {
  const near = toPeerName(checkNick(name))
  if (near === name) return
  const hint = `The nearest one that can be used is ${near}.`
  throw new ChatctlError('bad-argument', 'the name of a device has no dot in it, and does not begin with -', {hint})
}
