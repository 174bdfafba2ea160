/** How a shell is stopped by Ctrl-Z, and goes on. */
export interface JobControl {
  /** Stops this process, and those that were started with it. */
  stop(): void
  /** Leaves signals to whoever else listens. */
  end(): void
}

/** What a shell does around being stopped. */
export interface JobSteps {
  beforeStop: () => void
  afterwards: () => void
}

/** Long after a stop has happened, if it does: without job control there is none. */
const ignoredAfterMs = 100

/** Listens to the signals of job control. */
export function controlJobs({beforeStop, afterwards}: JobSteps): JobControl {
  // Windows has neither these signals nor the key's meaning.
  if (process.platform === 'win32') return {stop: () => undefined, end: () => undefined}
  let ignored: NodeJS.Timeout | undefined
  process.on('SIGTSTP', stopNow)
  process.on('SIGCONT', goOn)
  return {
    // The group: whatever has started this process, such as npx, would otherwise wait for it in the foreground.
    stop: () => void process.kill(0, 'SIGTSTP'),
    end() {
      clearTimeout(ignored)
      process.off('SIGTSTP', stopNow)
      process.off('SIGCONT', goOn)
    },
  }

  function stopNow(): void {
    beforeStop()
    // What the signal does where nobody listens.
    process.off('SIGTSTP', stopNow)
    process.kill(process.pid, 'SIGTSTP')
    ignored = setTimeout(goOn, ignoredAfterMs)
  }

  function goOn(): void {
    clearTimeout(ignored)
    process.off('SIGTSTP', stopNow)
    process.on('SIGTSTP', stopNow)
    afterwards()
  }
}
