/** A code and how many guests it still lets in. */
export class Invite {
  readonly code: string
  /** How many guests it was made for. */
  readonly guests: number
  #uses: number

  constructor(code: string, guests = Infinity) {
    this.code = code
    this.guests = guests
    this.#uses = guests
  }

  /** How many guests it still lets in. */
  get uses(): number {
    return this.#uses
  }

  /** Takes one use, at once, so that of two guests who race for the last one only one gets it. */
  reserve(): boolean {
    if (this.#uses === 0) return false
    this.#uses--
    return true
  }

  /** Gives back a use whose guest never came in. */
  giveBack(): void {
    this.#uses++
  }
}
