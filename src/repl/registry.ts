import {ChatctlError, catalogue} from '../errors/index.js'
import {nearestName} from './nearest-name.js'
import type {SlashCommand} from './slash-command.js'

/** The slash commands of a shell, by name, alias and unique beginning. */
export class CommandRegistry {
  readonly #commands: SlashCommand[] = []
  readonly #byName = new Map<string, SlashCommand>()

  constructor(commands: readonly SlashCommand[]) {
    for (const command of commands) this.add(command)
  }

  /** Returns every command, in the order in which help lists them. */
  all(): readonly SlashCommand[] {
    return this.#commands
  }

  /** Whether a command has this name or alias. */
  has(name: string): boolean {
    return this.#byName.has(name)
  }

  /** Takes another command; throws, and takes nothing of it, if one of its names is taken. */
  add(command: SlashCommand): void {
    const names = [command.name, ...command.aliases]
    const taken = names.find((name, index) => this.#byName.has(name) || names.indexOf(name) < index)
    if (taken !== undefined) throw new Error(`two slash commands are called /${taken}`)
    for (const name of names) this.#byName.set(name, command)
    this.#commands.push(command)
  }

  /** Returns the command of exactly this name or alias, or of a beginning that no other has. */
  get(word: string): SlashCommand | undefined {
    const [command, ...others] = this.startingWith(word)
    const exact = this.#byName.get(word)
    return exact ?? (others.length > 0 || command?.destroys ? undefined : command)
  }

  /** Returns the command that a word stands for, or throws `unknown-command` with what may have been meant. */
  find(word: string): SlashCommand {
    return this.get(word) ?? this.#fail(word)
  }

  /** Returns the command that a word stands for when it is only to be explained. */
  explained(word: string): SlashCommand {
    const [command, ...others] = this.startingWith(word)
    return (others.length === 0 ? command : undefined) ?? this.find(word)
  }

  /** Returns the commands of which a name or alias begins like this. */
  startingWith(prefix: string): SlashCommand[] {
    if (prefix === '') return []
    const names = [...this.#byName.keys()].filter(name => name.startsWith(prefix))
    return [...new Set(names.flatMap(name => this.#byName.get(name) ?? []))]
  }

  #fail(word: string): never {
    const candidates = this.startingWith(word)
    if (candidates.length > 1) throw unknown(word, `${listNames(candidates)} begin like that.`)
    const [destroying] = candidates
    if (destroying) throw unknown(word, `/${destroying.name} cannot be undone: write it whole.`)
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
