import {nearestName} from './nearest-name.js'
import type {Parameter, Parameters} from './parameter.js'
import {type TypedWord, wordAt} from './words.js'

/** What may follow a command's name. */
export interface Syntax {
  /** In the order in which they are given. */
  readonly args: Parameters
  readonly flags: Parameters
}

/** An argument or a flag with its name. */
export interface NamedParameter {
  readonly name: string
  readonly parameter: Parameter<unknown>
}

/** A flag of a syntax that a word may be: `--to`, `--to=bob` or `-t`. */
const flagLike = /^(?:--(?<long>[^=\s]*)|-(?<char>[a-z]))(?:=(?<value>.*))?$/is

/** What follows a command's name, told apart: which words are for which argument, and which for a flag. */
export class GivenWords {
  readonly #syntax: Syntax
  readonly #text: string
  readonly #args = new Map<string, string[]>()
  readonly #flags = new Map<string, string[]>()
  readonly #positions: readonly NamedParameter[]
  #position = 0
  #open: NamedParameter | undefined
  #areFlagsOver: boolean
  #problem: string | undefined
  #end = 0

  constructor(syntax: Syntax, text: string) {
    this.#syntax = syntax
    this.#text = text
    this.#positions = Object.entries(syntax.args).map(([name, parameter]) => ({name, parameter}))
    this.#areFlagsOver = Object.keys(syntax.flags).length === 0
    this.#takeAll()
  }

  /** What is wrong with it; undefined if nothing is. */
  get problem(): string | undefined {
    return this.#problem ?? (this.#open && `--${this.#open.name} needs ${labelOf(this.#open)}`) ?? this.#missing()
  }

  /** What the next word is for; undefined when none is expected. */
  get next(): NamedParameter | undefined {
    return this.#open ?? this.#positions[this.#position]
  }

  /** Whether the next word may be a flag. */
  get mayBeFlag(): boolean {
    return this.#open === undefined && !this.#areFlagsOver
  }

  /** Where the rest of the line has begun that one argument takes whole. */
  get restStart(): number | undefined {
    const rest = this.#positions.findLast(({parameter}) => parameter.extent === 'rest')
    return rest && this.#args.has(rest.name) ? this.#end : undefined
  }

  /** What was given for an argument. */
  arg(name: string): readonly string[] {
    return this.#args.get(name) ?? []
  }

  /** What was given for a flag. */
  flag(name: string): readonly string[] {
    return this.#flags.get(name) ?? []
  }

  #takeAll(): void {
    for (let word = wordAt(this.#text, 0); word; word = wordAt(this.#text, word.end)) {
      const isFlag = this.mayBeFlag && isFlagLike(word)
      if (!isFlag && this.next?.parameter.extent === 'rest') return this.#takeRest(this.next, word)
      if (isFlag) this.#takeFlag(word)
      else this.#takeValue(word)
    }
  }

  #takeRest({name}: NamedParameter, {start}: TypedWord): void {
    this.#args.set(name, [this.#text.slice(start)])
    this.#end = start
  }

  #takeFlag({meaning}: TypedWord): void {
    if (meaning === '--') return void (this.#areFlagsOver = true)
    const flag = findFlag(this.#syntax.flags, meaning)
    if (flag === undefined) return this.#fail(unknownFlag(this.#syntax.flags, meaning))
    if (this.#flags.has(flag.name) && !flag.parameter.isMultiple) this.#fail(`--${flag.name} is given twice`)
    const value = flagLike.exec(meaning)?.groups?.['value']
    if (flag.parameter.isSwitch || value !== undefined) this.#addFlag(flag.name, value ?? '')
    else this.#open = flag
  }

  #takeValue(word: TypedWord): void {
    const {next} = this
    if (next === undefined) return this.#fail(`${JSON.stringify(word.meaning)} is too much`)
    if (next === this.#open) this.#addFlag(next.name, word.meaning)
    else if (next.parameter.extent === 'words') return this.#addTyped(next.name, word)
    else this.#addArg(next, word.meaning)
    if (word.openQuote !== undefined) this.#fail('a quote is not closed')
  }

  #addFlag(name: string, value: string): void {
    this.#open = undefined
    this.#flags.set(name, [...this.flag(name), value])
  }

  #addArg({name, parameter}: NamedParameter, value: string): void {
    this.#args.set(name, [...this.arg(name), value])
    if (!parameter.isMultiple) this.#position++
  }

  /** Words with nothing but spaces between them keep these. */
  #addTyped(name: string, {start, end}: TypedWord): void {
    const [typed = ''] = this.arg(name)
    const between = this.#text.slice(this.#end, start)
    const gap = between.trim() === '' ? between : ' '
    this.#args.set(name, [(typed === '' ? '' : typed + gap) + this.#text.slice(start, end)])
    this.#end = end
  }

  #missing(): string | undefined {
    const missing = this.#positions.find(({name, parameter}) => parameter.isRequired && !this.#args.has(name))
    if (missing) return `it needs ${labelOf(missing)}`
    const flags = Object.entries(this.#syntax.flags)
    const flag = flags.find(([name, parameter]) => parameter.isRequired && !this.#flags.has(name))
    return flag && `it needs --${flag[0]}`
  }

  #fail(problem: string): void {
    this.#problem ??= problem
  }
}

/** Finds the flag that a word stands for: `--to`, `--to=bob` or `-t`. */
export function findFlag(flags: Parameters, word: string): NamedParameter | undefined {
  const {long, char} = flagLike.exec(word)?.groups ?? {}
  const found = Object.entries(flags).find(
    ([name, flag]) => name === long || (char !== undefined && flag.char === char),
  )
  return found && {name: found[0], parameter: found[1]}
}

/** What usage calls the value of a parameter. */
export function labelOf({name, parameter: {label}}: NamedParameter): string {
  return label ?? name.toUpperCase()
}

/** What is in quotes is no flag. */
function isFlagLike({meaning, isQuoted}: TypedWord): boolean {
  return !isQuoted && flagLike.test(meaning)
}

function unknownFlag(flags: Parameters, word: string): string {
  const nearest = nearestName(word.replace(/^-+/, ''), Object.keys(flags))
  return `there is no ${word.slice(0, 40)}${nearest === undefined ? '' : ` (did you mean --${nearest}?)`}`
}
