import type {PluginContribution} from './plugin.js'
import {pluginApiVersion} from './plugin.js'
import type {Parameters, Proposal} from './parameter.js'
import {commandPlaces, commandUsers, type SlashCommand} from './slash-command.js'

/** Names that chatctl keeps for itself, beside those of its own commands. */
const reserved = ['ban', 'unban', 'mute', 'unmute', 'topic', 'lock', 'unlock', 'op', 'deop', 'theme']

const commandName = /^[a-z][a-z0-9-]{0,31}$/

/**
 * Returns what a plug-in gives, as far as it is what it should be.
 * @throws Error that says what it is instead
 */
export function checkContribution(given: unknown): PluginContribution {
  if (given === undefined) throw new Error('its hook returned nothing')
  if (typeof given !== 'object' || given === null) throw new Error('its hook returned no object')
  const {apiVersion, commands = [], onEvent} = given as Partial<Record<keyof PluginContribution, unknown>>
  if (apiVersion !== pluginApiVersion)
    throw new Error(`it is for version ${String(apiVersion)} of the plug-in API, and this is ${pluginApiVersion}`)
  if (!Array.isArray(commands)) throw new Error('its commands are no list')
  if (onEvent !== undefined && typeof onEvent !== 'function') throw new Error('its onEvent is no function')
  return given as PluginContribution
}

/**
 * Makes sure of one command of a plug-in: that it was made as commands are made, of what they are made of, and has names that are
 * free.
 * @throws Error that says what is wrong
 */
export function checkCommand(given: unknown, ownerOf: (name: string) => string | undefined): void {
  const command = (given ?? {}) as Partial<SlashCommand>
  if (!isMade(command)) throw new Error('a command was not made by command()')
  const wrong = facts.find(([field, isRight]) => !isRight(command[field]))
  if (wrong) throw new Error(`/${command.name} has no ${wrong[0]} as it should have`)
  for (const called of [command.name, ...command.aliases]) requireFree(called, ownerOf)
}

function requireFree(called: unknown, ownerOf: (name: string) => string | undefined): void {
  if (typeof called !== 'string' || !commandName.test(called))
    throw new Error(`${JSON.stringify(called)} is no name for a command`)
  if (reserved.includes(called)) throw new Error(`/${called} is a name that chatctl keeps for itself`)
  const owner = ownerOf(called)
  if (owner !== undefined) throw new Error(`/${called} is taken by ${owner}`)
}

/** Returns what a plug-in proposes, without what is no proposal. */
export function checkProposals(given: unknown): Proposal[] {
  return Array.isArray(given) ? given.filter(isProposal) : []
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isLine = (value: unknown): boolean => isText(value) && !/[\r\n]/.test(value as string)
const isTextOrNothing = (value: unknown): boolean => value === undefined || typeof value === 'string'
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const isOneOf = (choices: readonly unknown[]) => (value: unknown) => choices.includes(value)

/** What a plug-in that no compiler has checked may have got wrong. */
const facts: [Exclude<keyof SlashCommand, 'execute'>, (value: unknown) => boolean][] = [
  ['summary', isLine],
  ['aliases', value => Array.isArray(value)],
  ['examples', isList],
  ['user', isOneOf(commandUsers)],
  ['where', isOneOf(commandPlaces)],
  ['destroys', isOneOf([true, false])],
  ['args', areShowable],
  ['flags', areShowable],
]

function isMade(command: Partial<SlashCommand>): command is SlashCommand {
  return typeof command.execute === 'function' && areParameters(command.args) && areParameters(command.flags)
}

function areParameters(given: unknown): given is Parameters {
  if (typeof given !== 'object' || given === null) return false
  return Object.values(given as Parameters).every(
    one => typeof one.read === 'function' && typeof one.complete === 'function',
  )
}

/** Whether what is shown of arguments or flags can be shown. */
function areShowable(parameters: unknown): boolean {
  return Object.values(parameters as Parameters).every(({label, summary, char}) =>
    [label, summary, char].every(isTextOrNothing),
  )
}

function isProposal(given: unknown): given is Proposal {
  const {text, label, summary} = (given ?? {}) as Partial<Proposal>
  return typeof text === 'string' && [label, summary].every(isTextOrNothing)
}
