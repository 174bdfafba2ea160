import type {Scene} from './context.js'

/** What may stand where a value is expected. */
export interface Proposal {
  /** What is meant, without quotes. */
  readonly text: string
  /** What a list shows for it; `text` by default. */
  readonly label?: string
  /** A few words on what it is. */
  readonly summary?: string
  /** Whether it goes on, as a directory does. */
  readonly isOpen?: boolean
}

/**
 * How much of a line a value takes: one `word`; all `words` that are left, as they were typed, without the flags among them; or
 * the `rest` of the line, whatever it is.
 */
export type Extent = 'word' | 'words' | 'rest'

/** What values are of one kind: how they are read, and what is proposed for them. */
export interface ParameterKind<Value> {
  /** What usage calls it; the name of the argument in capitals by default. */
  readonly label?: string
  /** `word` by default. */
  readonly extent?: Extent
  /** Reads a value; what it throws says what is wrong, and is shown with the usage. */
  readonly parse: (text: string, scene: Scene) => Value | Promise<Value>
  /** Proposes values for a word that is half typed; what does not begin like it is left out. */
  readonly complete?: (word: string, scene: Scene) => readonly Proposal[] | Promise<readonly Proposal[]>
}

/** What is said of one argument or flag, as in oclif. */
export interface ParameterTerms<Value> {
  /** What usage calls it; what its kind is called by default. */
  readonly label?: string
  readonly summary?: string
  readonly required?: boolean
  readonly default?: Value
  /** Whether it may be given more than once; it is a list then. */
  readonly multiple?: boolean
  /** One letter that stands for the name of a flag: `-t` for `--to`. */
  readonly char?: string
  /** Proposes values in place of what its kind does. */
  readonly complete?: ParameterKind<Value>['complete']
}

/** An argument or a flag of a slash command. */
export interface Parameter<Value> {
  readonly label: string | undefined
  readonly summary: string | undefined
  readonly extent: Extent
  readonly isRequired: boolean
  readonly isMultiple: boolean
  /** A flag that has no value: it is given or not. */
  readonly isSwitch: boolean
  readonly char: string | undefined
  /** Makes a value of what was given, which may be nothing unless it is required. */
  read(given: readonly string[], scene: Scene): Promise<Value>
  complete(word: string, scene: Scene): Promise<readonly Proposal[]>
}

/** Arguments or flags by name. */
export type Parameters = Readonly<Record<string, Parameter<unknown>>>

/** No argument, or no flag, of any name. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- an index signature would have every name.
export type NoParameters = Record<never, never>

/** What a command is given for its parameters. */
export type ValuesOf<Given extends Parameters> = {
  readonly [Name in keyof Given]: Given[Name] extends Parameter<infer Value> ? Value : never
}

/** What is read under the terms of a parameter: a list, a value, or perhaps none. */
export type ReadAs<Value, Terms> = Terms extends {multiple: true}
  ? Value[]
  : Terms extends {required: true} | {default: Value}
    ? Value
    : Value | undefined

/** Terms with nothing in them but what terms may have: what is misspelt would otherwise go unnoticed. */
export type Only<Allowed, Terms> = Terms & Readonly<Record<Exclude<keyof Terms, keyof Allowed>, never>>

/** What is said of a whole number: within which bounds, too. */
export type IntegerTerms = ParameterTerms<number> & {readonly min?: number; readonly max?: number}

/** Makes what describes parameters of a kind, as `custom` of oclif does. */
export function custom<Value>(kind: ParameterKind<Value>) {
  return <const Terms extends ParameterTerms<Value>>(
    terms?: Only<ParameterTerms<Value>, Terms>,
  ): Parameter<ReadAs<Value, Terms>> => {
    const {
      label = kind.label,
      summary,
      required = false,
      multiple = false,
      char,
      complete = kind.complete,
    } = terms ?? {}
    const read = async (given: readonly string[], scene: Scene): Promise<unknown> => {
      if (multiple) return Promise.all(given.map(text => kind.parse(text, scene)))
      return given[0] === undefined ? terms?.default : kind.parse(given[0], scene)
    }
    return {
      ...{label, summary, char},
      extent: kind.extent ?? 'word',
      isRequired: required,
      isMultiple: multiple,
      isSwitch: false,
      // The terms say which of these it is.
      read: read as Parameter<ReadAs<Value, Terms>>['read'],
      complete: async (word, scene) => (await complete?.(word, scene)) ?? [],
    }
  }
}

/** A word of any kind. */
export const string = custom<string>({parse: text => text})

/** All that is left of the line, as it was typed. */
export const rest = custom<string>({
  label: 'TEXT',
  extent: 'rest',
  parse: text => text,
  complete: (_word, {members}) => members().map(({nick}) => ({text: nick})),
})

/** A whole number. */
export function integer<const Terms extends IntegerTerms>(
  terms?: Only<IntegerTerms, Terms>,
): Parameter<ReadAs<number, Terms>> {
  const {min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER} = terms ?? {}
  const kind = custom<number>({label: 'N', parse: text => parseInteger(text, min, max)})
  return kind<Terms>(terms)
}

/** One of a few words. */
export function option<const Choice extends string, const Terms extends ParameterTerms<Choice>>(
  choices: readonly Choice[],
  terms?: Only<ParameterTerms<Choice>, Terms>,
): Parameter<ReadAs<Choice, Terms>> {
  const kind = custom<Choice>({
    label: choices.join('|'),
    parse: text => parseChoice(text, choices),
    complete: () => choices.map(text => ({text})),
  })
  return kind<Terms>(terms)
}

/** A flag that is given or not. */
export function boolean(terms: {summary?: string; char?: string} = {}): Parameter<boolean> {
  return {
    label: undefined,
    summary: terms.summary,
    extent: 'word',
    isRequired: false,
    isMultiple: false,
    isSwitch: true,
    char: terms.char,
    read: given => Promise.resolve(given.length > 0),
    complete: () => Promise.resolve([]),
  }
}

function parseInteger(text: string, min: number, max: number): number {
  const value = /^[+-]?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  const [from, to] = [
    min === Number.MIN_SAFE_INTEGER ? '' : ` from ${min}`,
    max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`,
  ]
  throw new Error(`${JSON.stringify(text)} is not a whole number${from}${to}`)
}

function parseChoice<Choice extends string>(text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find(one => one === text)
  if (choice !== undefined) return choice
  throw new Error(`${JSON.stringify(text)} is none of ${choices.join(', ')}`)
}
