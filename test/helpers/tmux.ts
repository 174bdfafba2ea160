import {execFileSync, spawnSync} from 'node:child_process'
import {newHome} from './device.js'
import {temporaryDirectory} from './temporary-directory.js'
import {until} from './until.js'
import {whenOver} from './when-over.js'

/** Whether there is a tmux to run something in. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0

/** A shell in a window of tmux: typed into, looked at, and gone after the test. */
export interface TmuxPane {
  readonly cwd: string
  /** The rows that a person sees, without what is empty below. */
  rows(): string[]
  type(keys: string): void
  resize(columns: number, rows: number): void
  /** Resolves with the picture as soon as it fits. */
  until(fits: (picture: string) => boolean): Promise<string>
}

/** A tmux of its own, with nobody's settings. */
export class Tmux {
  readonly #env = {
    PATH: process.env['PATH'],
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    TMUX_TMPDIR: temporaryDirectory(),
  }

  constructor() {
    whenOver(() => void spawnSync('tmux', this.#argv(['kill-server']), {env: this.#env}))
  }

  /** Opens a window with a shell whose prompt is `shell$ `. */
  open(name: string, {columns = 80, rows = 24} = {}): TmuxPane {
    const cwd = temporaryDirectory()
    const settings = {PS1: 'shell$ ', NODE: process.execPath, CHATCTL_HOME: newHome()}
    const env = Object.entries(settings).flatMap(([key, value]) => ['-e', `${key}=${value}`])
    this.#run('new-session', '-d', '-s', name, '-c', cwd, '-x', `${columns}`, '-y', `${rows}`, ...env, '/bin/sh', '-i')
    const look = (): string => this.#run('capture-pane', '-p', '-t', name)
    return {
      cwd,
      rows: () => look().trimEnd().split('\n'),
      type: keys => void this.#run('send-keys', '-t', name, '-l', keys),
      resize: (width, height) => void this.#run('resize-window', '-t', name, '-x', `${width}`, '-y', `${height}`),
      until: async fits => {
        let picture = ''
        await until(() => fits((picture = look())))
        return picture
      },
    }
  }

  #run(...command: readonly string[]): string {
    return execFileSync('tmux', this.#argv(command), {encoding: 'utf8', env: this.#env})
  }

  #argv(command: readonly string[]): string[] {
    return ['-L', `chatctl-${process.pid}`, '-f', '/dev/null', '-u', ...command]
  }
}
