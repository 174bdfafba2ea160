import type {ChatctlError} from '../errors/index.js'

/** Where a shell shows what it has to say. */
export interface ShellView {
  /** Shows text that is safe to print, of one or several lines. */
  print: (text: string) => void
  fail: (error: ChatctlError) => void
  /** Empties the screen, where there is one. */
  clear?: () => void
  /** Lends the terminal to another program for as long as `work` takes. */
  lend?: <Result>(work: () => Promise<Result>) => Promise<Result>
  /**
   * Hears of a message on its way; returns what hears that it has arrived, or was refused. Of one that the end of the
   * connection keeps from arriving nothing more is heard.
   */
  sending?: (text: string) => () => void
}
