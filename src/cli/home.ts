import {posix, win32} from 'node:path'

/** What decides where data is kept. */
export interface Machine {
  platform: NodeJS.Platform
  homeDirectory: string
  env: Readonly<Record<string, string | undefined>>
}

/** Returns chatctl's data directory: `$CHATCTL_HOME`, else the place that the platform has for such data. */
export function dataDirectory({platform, homeDirectory, env}: Machine): string {
  if (env['CHATCTL_HOME']) return env['CHATCTL_HOME']
  if (platform === 'win32') {
    return win32.join(env['LOCALAPPDATA'] ?? win32.join(homeDirectory, 'AppData', 'Local'), 'chatctl')
  }
  if (platform === 'darwin') return posix.join(homeDirectory, 'Library', 'Application Support', 'chatctl')
  return posix.join(xdgDataHome(env) ?? posix.join(homeDirectory, '.local', 'share'), 'chatctl')
}

/** XDG Base Directory Specification 0.8: a relative path is invalid and is ignored. */
function xdgDataHome(env: Machine['env']): string | undefined {
  const directory = env['XDG_DATA_HOME']
  return directory !== undefined && posix.isAbsolute(directory) ? directory : undefined
}
