/** A code and how many guests it still lets in. */
export class Invite {
  /** How many guests it was made for. */
  readonly guests: number
  #code: string
  #uses: number

  constructor(code: string, guests = Infinity) {
    this.#code = code
    this.guests = guests
    this.#uses = guests
  }

  get code(): string {
    return this.#code
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

  /** Takes another code from now on, for as many guests as are left. */
  replaceCode(code: string): void {
    this.#code = code
  }
}
