import type {ChatctlError} from '../../src/errors/index.js'
import {Shell} from '../../src/repl/shell.js'
import type {ShellIo} from '../../src/repl/shell-io.js'
import type {FakeConversation} from './fake-conversation.js'
import {createIo, type FakeIo} from './shell-streams.js'

/** A shell without a front end: what its commands print and what they refuse. */
export class CommandBench<Room extends FakeConversation = FakeConversation> {
  readonly conversation: Room
  readonly printed: string[] = []
  readonly failures: ChatctlError[] = []
  clears = 0
  /** What a person makes of a text in their editor. */
  edits = (text: string): string => text
  readonly shell: Shell
  readonly io: FakeIo

  constructor(conversation: Room, changes: Partial<ShellIo> = {}) {
    this.conversation = conversation
    conversation.subscribe(event => this.shell.observe(event))
    this.io = createIo('terminal', {openEditor: text => Promise.resolve(this.edits(text)), ...changes})
    this.shell = new Shell(conversation, this.io, {
      print: text => this.printed.push(text),
      fail: error => this.failures.push(error),
      clear: () => this.clears++,
      lend: work => work(),
    })
  }

  /** Does what a line says; returns what that printed. */
  async submit(line: string): Promise<string> {
    const before = this.printed.length
    await this.shell.submit(line)
    await this.shell.deliveries.drained()
    return this.printed.slice(before).join('\n')
  }

  /** Does what a line says; returns the one mistake in it. */
  async refuse(line: string): Promise<ChatctlError> {
    const before = this.failures.length
    await this.submit(line)
    const [failure, ...more] = this.failures.slice(before)
    if (!failure || more.length > 0) throw new Error(`${line} has ${more.length + (failure ? 1 : 0)} mistakes, not one`)
    return failure
  }
}
