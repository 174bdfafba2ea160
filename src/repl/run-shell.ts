import type {Conversation} from '../conversation.js'
import {runEventMode} from './event-mode.js'
import {runLineMode} from './line-mode.js'
import type {ShellIo} from './shell-io.js'
import {runTerminal} from './terminal-mode.js'

const frontEnds = {terminal: runTerminal, line: runLineMode, event: runEventMode} as const

/** Runs the shell of a conversation until that is over, and returns the exit code of the process. */
export function runShell(conversation: Conversation, io: ShellIo): Promise<number> {
  return frontEnds[io.mode](conversation, io)
}
