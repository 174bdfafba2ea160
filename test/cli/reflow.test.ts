import {expect, it} from 'vitest'
import {decideReflow} from '../../src/cli/reflow.js'

it.each([
  [{TERM: 'xterm-256color'}, 'all'],
  [{TERM: 'xterm-256color', TERM_PROGRAM: 'vscode'}, 'all-but-cursor-row'],
  [{TERM: 'xterm-256color', XTERM_VERSION: 'XTerm(390)'}, 'none'],
  [{TERM: 'linux'}, 'none'],
  [{TERM: 'vt220'}, 'none'],
  [{TERM: 'screen.xterm-256color'}, 'none'],
  [{TERM: 'screen-256color', TMUX: '/tmp/tmux-0/default,1,0'}, 'all'],
  [{}, 'all'],
])('long rows under %j are taken to be wrapped: %s', (env, reflow) => {
  expect(decideReflow(env)).toBe(reflow)
})
