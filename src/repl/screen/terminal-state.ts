import type {ShellInput, ShellOutput} from '../shell-io.js'

const asked = {
  bracketedPaste: '\u001b[?2004h',
  focusReports: '\u001b[?1004h',
} as const

const given = {
  bracketedPaste: '\u001b[?2004l',
  focusReports: '\u001b[?1004l',
  // A frame that was cut off may have left these otherwise.
  wrap: '\u001b[?7h',
  cursor: '\u001b[?25h',
  frame: '\u001b[?2026l',
} as const

/** A terminal that is taken over, so that keys come one by one and pastes are marked, and given back as it was found. */
export class TerminalState {
  readonly #stdin: ShellInput
  readonly #stdout: ShellOutput
  readonly #leave: () => void
  #isTaken = false

  /** `leave` runs just before the terminal is given back, also when the process ends or breaks. */
  constructor(stdin: ShellInput, stdout: ShellOutput, leave: () => void) {
    this.#stdin = stdin
    this.#stdout = stdout
    this.#leave = leave
  }

  /** Takes the terminal over. */
  take(): void {
    // What another program has done to it meanwhile would be taken for what was done here.
    if (this.#isTaken) this.#stdin.setRawMode?.(false)
    else for (const event of ends) process.on(event, this.giveBack)
    this.#isTaken = true
    this.#stdin.setRawMode?.(true)
    this.#stdout.write(Object.values(asked).join(''))
  }

  /** Gives it back; whoever reads there next finds it as it was. */
  readonly giveBack = (): void => {
    if (!this.#isTaken) return
    this.#isTaken = false
    for (const event of ends) process.off(event, this.giveBack)
    this.#leave()
    this.#stdout.write(Object.values(given).join(''))
    this.#stdin.setRawMode?.(false)
  }
}

/** The ends of a process; of a crash one hears before it is printed. */
const ends = ['exit', 'uncaughtExceptionMonitor'] as const
