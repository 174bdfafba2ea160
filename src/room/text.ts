import {ChatctlError} from '../errors/index.js'
import {maxTextBytes} from '../protocol/messages.js'

/** Whether there is nothing in a message but blanks. */
export function isBlank(text: string): boolean {
  return text.trim() === ''
}

/**
 * Returns what is sent for a text: itself, well-formed.
 * @throws ChatctlError `empty-message` when it is blank, `message-too-long` above 65,536 bytes of UTF-8
 */
export function checkText(text: string): string {
  if (isBlank(text)) throw new ChatctlError('empty-message', 'an empty message cannot be sent')
  const sent = text.toWellFormed()
  const byteLength = Buffer.byteLength(sent)
  if (byteLength <= maxTextBytes) return sent
  throw new ChatctlError('message-too-long', `the message has ${byteLength} bytes, more than ${maxTextBytes}`)
}
