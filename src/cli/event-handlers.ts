import type {RoomEvent} from '../conversation.js'
import {runProgram, type Program, type ProgramEnd} from './run-program.js'

/** The commands that a person has for what happens, each as its words. */
export interface HandlerCommands {
  readonly message?: readonly string[] | undefined
  readonly file?: readonly string[] | undefined
  readonly join?: readonly string[] | undefined
}

/** When a command is ended that still runs. */
export const handlerTimeoutMs = 30_000
/** Commands that run at once, */
export const maxRunning = 4
/** and those that wait for their turn; what comes on top of that is left out. */
export const maxWaiting = 256

type Variables = Record<string, string>

interface Task {
  readonly flag: string
  readonly words: readonly string[]
  readonly variables: Variables
}

/**
 * Runs a person's own commands at what happens in the room: no shell reads them, and what comes from others is in variables of
 * their environment alone. The room waits for none of them.
 */
export class EventHandlers {
  readonly #commands: HandlerCommands
  readonly #run: (program: Program) => Promise<ProgramEnd>
  readonly #senders = new Map<number, string>()
  readonly #waiting: Task[] = []
  readonly #running = new Set<Promise<void>>()
  #hasLeftOut = false

  constructor(commands: HandlerCommands, run = runProgram) {
    this.#commands = commands
    this.#run = run
  }

  /** Takes what happens; `warn` shows what goes wrong. */
  observe(event: RoomEvent, warn: (text: string) => void): void {
    if (event.event === 'offer') this.#senders.set(event.transfer, event.from.nick)
    const task = this.#taskFor(event)
    if (task === undefined) return
    if (this.#waiting.length < maxWaiting) this.#waiting.push(task)
    else if (!this.#hasLeftOut) {
      this.#hasLeftOut = true
      warn(`${task.flag}: more happens than the command can keep up with; some is left out`)
    }
    this.#pump(warn)
  }

  /** Resolves when every command has ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #taskFor(event: RoomEvent): Task | undefined {
    const {message, file, join} = this.#commands
    if (event.event === 'message' && !event.self) return toTask('--on-message', message, ofMessage(event))
    if (event.event === 'joined') return toTask('--on-join', join, ofMember(event.member))
    if (event.event === 'received') return toTask('--on-file', file, this.#ofFile(event))
    return undefined
  }

  #ofFile({transfer, name, path, bytes, files, sha256}: Extract<RoomEvent, {event: 'received'}>): Variables {
    const nick = this.#senders.get(transfer) ?? ''
    this.#senders.delete(transfer)
    return {NICK: nick, NAME: name, PATH: path, BYTES: String(bytes), FILES: String(files), SHA256: sha256 ?? ''}
  }

  #pump(warn: (text: string) => void): void {
    while (this.#running.size < maxRunning) {
      const task = this.#waiting.shift()
      if (task === undefined) return
      const running = this.#carryOut(task, warn).then(() => {
        this.#running.delete(running)
        this.#pump(warn)
      })
      this.#running.add(running)
    }
  }

  async #carryOut(
    {flag, words: [command = '', ...args], variables}: Task,
    warn: (text: string) => void,
  ): Promise<void> {
    try {
      const end = await this.#run({command, args, env: {...process.env, ...variables}, timeoutMs: handlerTimeoutMs})
      const problem = problemOf(end)
      if (problem !== undefined) warn(`${flag}: ${command} ${problem}`)
    } catch (error) {
      warn(`${flag}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

function toTask(flag: string, words: readonly string[] | undefined, values: Variables): Task | undefined {
  if (words === undefined) return undefined
  const entries = Object.entries({EVENT: flag.slice('--on-'.length), ...values})
  // No variable of an environment can hold the character that ends it.
  return {
    flag,
    words,
    variables: Object.fromEntries(entries.map(([name, text]) => [`CHATCTL_${name}`, text.replaceAll('\0', '\ufffd')])),
  }
}

function ofMessage({from, text, kind}: Extract<RoomEvent, {event: 'message'}>): Variables {
  return {...ofMember(from), TEXT: text, KIND: kind}
}

function ofMember({id, nick}: {id: number; nick: string}): Variables {
  return {NICK: nick, ID: String(id)}
}

function problemOf({exitCode, isTimedOut, complaint}: ProgramEnd): string | undefined {
  if (isTimedOut) return `was ended: it took longer than ${handlerTimeoutMs / 1000} s`
  if (exitCode === 0) return undefined
  const [last] = complaint.trim().split('\n').slice(-1)
  return `ended with ${exitCode ?? 'a signal'}${last ? `: ${last.slice(0, 200)}` : ''}`
}
