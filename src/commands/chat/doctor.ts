import {BaseCommand} from '../../cli/base-command.js'
import {diagnosisJson, diagnosisText, worstProblem, type Surroundings} from '../../cli/diagnosis.js'
import {examinedPortFlag, verbosityOf, type Verbosity} from '../../cli/flags.js'
import {report, write} from '../../cli/report.js'
import type {Diagnosis} from '../../diagnose.js'
import type {ChatctlError} from '../../errors/index.js'

/** Finds out whether chatctl works on this computer. */
export default class Doctor extends BaseCommand {
  static override summary = 'Find out whether chatctl works on this computer'
  static override description =
    'It opens a room on loopback, joins it, talks, and moves a file, and tells addresses, port, versions, round trip ' +
    'and rate. Nothing leaves this computer. What does not work comes with its likely cause, and decides the exit code.'
  static override usage = '<%= command.id %> [-p PORT] [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -p 5001',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = {
    port: examinedPortFlag,
  }

  #diagnosis: Diagnosis | undefined

  async run(): Promise<void> {
    const {flags} = await this.parse(Doctor)
    const {diagnose} = await import('../../diagnose.js')
    const {home} = this
    this.#diagnosis = await this.unlessCalledOff(signal => diagnose({home, port: flags.port, signal}))
    await this.#tell(this.#diagnosis, verbosityOf(flags))
  }

  async #tell(diagnosis: Diagnosis, verbosity: Verbosity): Promise<void> {
    const worst = worstProblem(diagnosis)
    if (this.mode !== 'event' && verbosity !== 'quiet')
      await write(process.stdout, diagnosisText(diagnosis, this.#surroundings))
    for (const problem of diagnosis.problems) if (problem !== worst) await report(problem, this.look.stderr)
    if (worst) throw worst
    if (this.mode === 'event') await write(process.stdout, `${diagnosisJson(diagnosis, this.#surroundings)}\n`)
  }

  protected override failure(error: ChatctlError): string {
    return diagnosisJson(this.#diagnosis, this.#surroundings, error)
  }

  get #surroundings(): Surroundings {
    return {
      chatctl: this.version,
      node: process.versions.node,
      openssl: process.versions.openssl,
      platform: `${process.platform}-${process.arch}`,
      dataDirectory: this.home,
    }
  }
}
