import type {Reflow} from '../repl/screen/reflow.js'
import type {Environment} from './streams.js'

/** These cut long rows, as far back as anyone runs them. */
const cutting = /^(linux|screen|vt\d|ansi|cons25)/

/** Decides what the terminal does with long rows when its window is made narrower: nearly all wrap them. */
export function decideReflow(env: Environment): Reflow {
  if (env['TMUX']) return 'all'
  // xterm says so itself; GNU screen, the console of Linux, and what is on a serial line by their names.
  if (env['XTERM_VERSION'] || cutting.test(env['TERM'] ?? '')) return 'none'
  // Terminals made of xterm.js leave the row with the cursor alone.
  return env['TERM_PROGRAM'] === 'vscode' ? 'all-but-cursor-row' : 'all'
}
