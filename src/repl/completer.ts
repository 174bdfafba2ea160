import {sanitiseLine} from '../ui/sanitise.js'
import {findFlag, GivenWords} from './arguments.js'
import type {Candidate, Completions} from './completion.js'
import type {Scene, ShellContext} from './context.js'
import type {Parameter, Proposal} from './parameter.js'
import type {SlashCommand} from './slash-command.js'
import {expectedAfter, named} from './usage.js'
import {type TypedWord, typeWord, wordAt} from './words.js'

const nothing: Completions = {start: 0, candidates: []}
const commandLine = /^\/(?!\/)(?<name>\S*)(?<gap>\s*)(?<rest>.*)$/s

/** What completion looks at. */
export type CompletionScene = Scene & Pick<ShellContext, 'registry'>

/** Proposes what a line may go on with at a cursor: commands, their flags and arguments; in a message, nicks. */
export async function complete(line: string, cursor: number, scene: CompletionScene): Promise<Completions> {
  const head = line.slice(0, cursor)
  const {name, gap, rest} = commandLine.exec(head)?.groups ?? {}
  if (name === undefined || rest === undefined) return completeMessage(head, scene)
  if (gap === '') return {start: 0, candidates: commandsLike(name.toLowerCase(), scene)}
  const command = scene.registry.get(name.toLowerCase())
  return command ? completeArguments(command, rest, head.length - rest.length, scene) : nothing
}

/** Returns what is still expected behind a line; empty when that is nothing, or nothing is known of it. */
export function hintFor(line: string, scene: Pick<CompletionScene, 'registry'>): string {
  const {name, rest} = commandLine.exec(line)?.groups ?? {}
  const command = name === undefined ? undefined : scene.registry.get(name.toLowerCase())
  return command ? expectedAfter(command, rest ?? '') : ''
}

/** At the beginning of a message a nick is whom it is for. */
function completeMessage(head: string, {members}: Scene): Completions {
  const start = lastWordStart(head)
  const proposals = members().map(({nick}) => ({text: nick}))
  const after = head.slice(0, start).trim() === '' ? ': ' : ' '
  const fitting = beginningLike(proposals, head.slice(start))
  return {start, candidates: fitting.map(({text}) => ({value: text + after, label: sanitiseLine(text)}))}
}

function commandsLike(word: string, {registry}: CompletionScene): Candidate[] {
  const found = word === '' ? registry.all() : registry.startingWith(word)
  return found.map(({name, aliases, summary}) => {
    const shown = name.startsWith(word) ? name : (aliases.find(alias => alias.startsWith(word)) ?? name)
    return {value: `/${shown} `, label: `/${shown}`, summary}
  })
}

async function completeArguments(command: SlashCommand, rest: string, at: number, scene: Scene): Promise<Completions> {
  const word = lastWord(rest)
  const before = new GivenWords(command, rest.slice(0, word.start))
  const {next} = before
  if (before.mayBeFlag && !word.isQuoted && word.meaning.startsWith('-'))
    return completeFlag(command, before, word, at, scene)
  if (next === undefined) return nothing
  if (next.parameter.extent === 'rest') return completeRest(next.parameter, rest, at, scene)
  return {start: at + word.start, candidates: await valuesOf(next.parameter, word, scene)}
}

async function completeFlag(command: SlashCommand, before: GivenWords, word: TypedWord, at: number, scene: Scene) {
  const equals = word.meaning.indexOf('=')
  const flag = equals === -1 ? undefined : findFlag(command.flags, word.meaning)
  if (flag) {
    const value = {...word, meaning: word.meaning.slice(equals + 1)}
    return {start: at + word.start + equals + 1, candidates: await valuesOf(flag.parameter, value, scene)}
  }
  const open = named(command.flags).filter(({name, parameter: {isMultiple}}) => isMultiple || !before.flag(name).length)
  const candidates = open.map(({name, parameter: {summary}}) => ({
    value: `--${name} `,
    label: `--${name}`,
    ...says(summary),
  }))
  return {start: at + word.start, candidates: candidates.filter(({label}) => label.startsWith(word.meaning))}
}

async function completeRest(parameter: Parameter<unknown>, rest: string, at: number, scene: Scene) {
  const start = lastWordStart(rest)
  const proposals = beginningLike(await parameter.complete(rest.slice(start), scene), rest.slice(start))
  return {
    start: at + start,
    candidates: proposals.map(({text, summary}) => ({value: `${text} `, label: sanitiseLine(text), ...says(summary)})),
  }
}

async function valuesOf(parameter: Parameter<unknown>, word: TypedWord, scene: Scene): Promise<Candidate[]> {
  const proposals = beginningLike(await parameter.complete(word.meaning, scene), word.meaning)
  return proposals.map(({text, label = text, summary, isOpen = false}) => {
    const typed = typeWord(text, word.openQuote)
    const isInQuotes = word.openQuote !== undefined && typed.startsWith(word.openQuote)
    const end = isOpen ? '' : `${isInQuotes ? word.openQuote : ''} `
    return {value: typed + end, label: sanitiseLine(label), ...says(summary)}
  })
}

function beginningLike(proposals: readonly Proposal[], word: string): Proposal[] {
  const start = word.toLowerCase()
  return proposals.filter(({text, label = text}) => [text, label].some(name => name.toLowerCase().startsWith(start)))
}

/** The word that the cursor stands behind: an empty one behind a space. */
function lastWord(text: string): TypedWord {
  let last: TypedWord | undefined
  for (let word = wordAt(text, 0); word; word = wordAt(text, word.end)) last = word
  if (last?.end === text.length) return last
  return {start: text.length, end: text.length, meaning: '', isQuoted: false, openQuote: undefined}
}

function lastWordStart(text: string): number {
  return text.length - (/\S*$/.exec(text)?.[0].length ?? 0)
}

function says(summary: string | undefined): {summary?: string} {
  return summary === undefined ? {} : {summary}
}
