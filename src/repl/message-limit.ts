import {ChatctlError} from '../errors/index.js'

/** The most bytes of UTF-8 that one message holds. */
export const maxMessageBytes = 65_536

/** Whether text fits into one message. */
export function fitsIntoMessage(text: string): boolean {
  return Buffer.byteLength(text) <= maxMessageBytes
}

/** Throws unless text can be sent as one message. */
export function requireMessage(text: string): void {
  if (text.trim() === '') throw new ChatctlError('empty-message', 'an empty message cannot be sent')
  if (!fitsIntoMessage(text)) {
    throw new ChatctlError('message-too-long', `this message has ${Buffer.byteLength(text)} bytes: nothing was sent`)
  }
}
