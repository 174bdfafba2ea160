/** Where a host is, and what it takes to be let in. */
export interface EntryOptions {
  /** The directory that keeps this device's identity. */
  home: string
  /** An address, a name, or what a remembered device is called here: then no other device is talked to. */
  host: string
  /** 5000 by default; for a remembered device, the one of last time. */
  port?: number
  /** What one is called in the room: 1 to 32 columns of letters, marks, digits, `-`, `_` or `.`; `guest` by default. */
  nick?: string
  /** The code, or a function that asks a person for it: called only when the host wants one, three times at most. */
  code?: string | (() => Promise<string>)
  /** Whether to enter where the host proves nothing about itself, or a function that asks a person. */
  open?: boolean | (() => Promise<boolean>)
  /** Milliseconds for each dial; 10,000 by default, and also for 0: no dial waits without a limit. */
  timeoutMs?: number
}

/** A word to whoever is in charge here. */
export interface Notice {
  /** What it is about. */
  readonly code: string
  /** What it says to people. */
  readonly message: string
}
