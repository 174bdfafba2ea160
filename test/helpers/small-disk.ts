import {spawnSync} from 'node:child_process'
import {readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {temporaryDirectory} from './temporary-directory.js'

/** Bytes that a small disk holds. */
export const smallDiskBytes = 4 * 1024 * 1024

const filler = '.filler'

// In a mount namespace of its own: nobody else sees the disk, and it is gone with the process.
const unshare = ['unshare', process.getuid?.() === 0 ? '-m' : '-rm', 'sh', '-c']
const mount = `mount -t tmpfs -o size=${smallDiskBytes} none "$0" && exec "$@"`

/** A file system of a few megabytes, which one process has as a directory. */
export class SmallDisk {
  /** Where that process finds it. */
  readonly directory = temporaryDirectory()

  /** What starts the process. */
  get launch(): string[] {
    return [...unshare, mount, this.directory]
  }

  /** The names of all files on it, as that process has them. */
  files({pid}: {pid: number}): string[] {
    return readdirSync(this.#seenBy(pid))
      .filter(name => name !== filler)
      .sort()
  }

  /** Takes all the room that is left. */
  fill({pid}: {pid: number}): void {
    const path = join(this.#seenBy(pid), filler)
    const block = Buffer.alloc(64 * 1024, 1)
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

/** Why no test can have a disk of its own here; undefined where one can. */
export const noSmallDisk = probe()

function probe(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux mounts a file system for one process'
  const [command, ...args] = [...unshare, mount, '/mnt', 'true'] as [string, ...string[]]
  const {status, stderr, error} = spawnSync(command, args, {encoding: 'utf8'})
  return status === 0 ? undefined : `no file system can be mounted here: ${error?.message ?? stderr.trim()}`
}
