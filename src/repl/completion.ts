/** One proposal for the word that is being typed. */
export interface Candidate {
  /** What takes the word's place, quoted where that is needed, with a space behind it where the word is whole. */
  readonly value: string
  /** What a list shows for it; `value` by default. */
  readonly label?: string
  /** A few words on what it is. */
  readonly summary?: string
}

/** What may stand where the cursor is. */
export interface Completions {
  /** Where the word begins that a candidate takes the place of, as an index into the line; it ends at the cursor. */
  readonly start: number
  readonly candidates: readonly Candidate[]
}

/** Proposes what a line may go on with at a cursor, an index into it. */
export type Completer = (line: string, cursor: number) => Promise<Completions>

/** Returns what is still expected behind a line, such as `NICK TEXT`; empty when there is nothing to say. */
export type Hinter = (line: string) => string
