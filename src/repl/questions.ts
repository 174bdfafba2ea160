interface Question {
  readonly text: string
  readonly answer: (text: string) => void
}

/** What a person at the screen is asked, one question after the other: the next line is the answer. */
export class Questions {
  readonly #show: (text: string) => void
  readonly #open: Question[] = []

  /** `show` shows a question when its turn has come. */
  constructor(show: (text: string) => void) {
    this.#show = show
  }

  /** Resolves with the line that is typed next; rejects with the reason of `signal` if that is aborted before. */
  ask(text: string, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const question = {text, answer: resolve}
      signal.addEventListener('abort', () => {
        this.#close(question)
        reject(signal.reason as Error)
      })
      this.#open.push(question)
      if (this.#open[0] === question) this.#show(text)
    })
  }

  /** Takes a line as an answer; returns whether anything was asked. */
  answer(line: string): boolean {
    const [question] = this.#open
    if (question === undefined) return false
    this.#close(question)
    question.answer(line)
    return true
  }

  #close(question: Question): void {
    const wasFirst = this.#open[0] === question
    const index = this.#open.indexOf(question)
    if (index !== -1) this.#open.splice(index, 1)
    const [next] = this.#open
    if (wasFirst && next) this.#show(next.text)
  }
}
