/** What an earlier process has left of a tree is not what was sent, from there on: it has to come again. */
export class WrongLeftoverError extends Error {
  /** Where in the journal what is right ends; undefined for where the last file begins. */
  readonly journalEnd: number | undefined

  constructor(message: string, journalEnd?: number) {
    super(message)
    this.journalEnd = journalEnd
  }
}
