import {spawnSync} from 'node:child_process'
import {readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {temporaryDirectory} from './temporary-directory.js'

/** Bytes that a small disk holds. */
export const smallDiskBytes = 4 * 1024 * 1024

const filler = 'filler'

/** Mounts a disk on the directory `$0`, and becomes what follows. */
const mountAndRun = `mount -t tmpfs -o size=${smallDiskBytes} none "$0" && exec "$@"`
/** The same with a disk that has no room left. */
const fillAndRun = mountAndRun.replace('exec', `{ cat /dev/zero >"$0/${filler}" 2>/dev/null; true; } && exec`)

// In a mount namespace of its own: nobody else sees the disk, and it is gone with the process.
const unshare = ['unshare', process.getuid?.() === 0 ? '-m' : '-rm', 'sh', '-c'] as const

/** A file system of a few megabytes, which one process has as a directory. */
export class SmallDisk {
  /** Where that process finds it. */
  readonly directory = temporaryDirectory()
  /** What starts that process. */
  readonly launch: readonly string[]

  constructor({isFull = false} = {}) {
    this.launch = [...unshare, isFull ? fillAndRun : mountAndRun, this.directory]
  }

  /** The names of all files in a directory on it, hidden ones too, as the process has them. */
  files({pid}: {pid: number}, directory = '.'): string[] {
    const names = readdirSync(join(this.#seenBy(pid), directory))
    return names.filter(name => name !== filler).sort()
  }

  /** Takes all the room that is left. */
  fill({pid}: {pid: number}): void {
    const path = join(this.#seenBy(pid), filler)
    const block = Buffer.alloc(64 * 1024)
    try {
      for (;;) writeFileSync(path, block, {flag: 'a'})
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }

  /** Gives that room back. */
  clear({pid}: {pid: number}): void {
    rmSync(join(this.#seenBy(pid), filler))
  }

  #seenBy(pid: number): string {
    return join('/proc', String(pid), 'root', this.directory)
  }
}

/** Why no process can have a disk of its own here; undefined where one can. */
export const noSmallDisk = probe()

function probe(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux mounts a file system for one process'
  const [command, ...argv] = [...unshare, mountAndRun, '/mnt', 'true']
  const {status, stderr, error} = spawnSync(command, argv, {encoding: 'utf8'})
  return status === 0 ? undefined : `no file system can be mounted here: ${error?.message ?? stderr.trim()}`
}
