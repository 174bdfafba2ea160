import {ChatctlError, catalogue} from '../errors/index.js'
import {nearestName} from './nearest-name.js'
import type {SlashCommand} from './slash-command.js'

/** The slash commands of a shell, by name, alias and unique prefix. */
export class CommandRegistry {
  readonly #commands: readonly SlashCommand[]
  readonly #byName = new Map<string, SlashCommand>()

  constructor(commands: readonly SlashCommand[]) {
    this.#commands = commands
    for (const command of commands) this.#add(command)
  }

  /** Returns every command, in the order in which help lists them. */
  all(): readonly SlashCommand[] {
    return this.#commands
  }

  /** Returns the command that a word stands for, or throws `unknown-command` with the nearest name. */
  find(word: string): SlashCommand {
    const exact = this.#byName.get(word)
    if (exact) return exact
    const candidates = this.#startingWith(word)
    if (candidates.length > 1) throw unknown(word, `${listNames(candidates)} begin like that.`)
    return candidates[0] ?? this.#fail(word)
  }

  #add(command: SlashCommand): void {
    for (const name of [command.name, ...command.aliases]) {
      if (this.#byName.has(name)) throw new Error(`two slash commands are called /${name}`)
      this.#byName.set(name, command)
    }
  }

  #startingWith(prefix: string): SlashCommand[] {
    if (prefix === '') return []
    const names = [...this.#byName.keys()].filter(name => name.startsWith(prefix))
    return [...new Set(names.map(name => this.find(name)))]
  }

  #fail(word: string): never {
    const nearest = nearestName(word, [...this.#byName.keys()])
    throw unknown(word, nearest === undefined ? '' : `Did you mean /${nearest}?`)
  }
}

function listNames(commands: readonly SlashCommand[]): string {
  return new Intl.ListFormat('en').format(commands.map(({name}) => `/${name}`))
}

function unknown(word: string, proposal: string): ChatctlError {
  const hint = `${proposal} ${catalogue['unknown-command'].hint}`.trimStart()
  return new ChatctlError('unknown-command', `there is no /${word}; nothing was sent`, {hint})
}
