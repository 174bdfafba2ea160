import {onTestFinished} from 'vitest'
import {grantAdmission, seekAdmission, type Admitted} from '../../src/security/admission.js'
import {Guard} from '../../src/security/guard.js'
import type {Identity} from '../../src/security/identity.js'
import type {JoinerOptions} from '../../src/security/joiner-steps.js'
import {dial} from '../../src/transport/tls-dialer.js'
import type {Clock} from '../../src/transport/clock.js'
import {listen} from '../../src/transport/tls-listener.js'
import type {SecureTransport} from '../../src/transport/transport.js'
import {hostOptions, joinerOptions, outcomeOf} from './admission.js'

/** A host on loopback that admits whoever proves the right code, and notes what each admission came to. */
export interface AdmittingHost {
  readonly port: number
  readonly outcomes: string[]
  /** Every client that has finished its TLS handshake. */
  readonly transports: SecureTransport[]
  /** Clients that got no further than the TLS handshake. */
  readonly rejected: Error[]
}

/** Starts a host, gone after the test; its deadlines go by `clock`. */
export async function admittingHost(identity: Identity, clock?: Clock): Promise<AdmittingHost> {
  const outcomes: string[] = []
  const rejected: Error[] = []
  const transports: SecureTransport[] = []
  const guard = new Guard(clock)
  const options = hostOptions({ownFingerprint: identity.fingerprint, guard, clock})
  const listener = await listen({
    port: 0,
    bind: '127.0.0.1',
    credentials: identity,
    watch: guard,
    clock,
    onTransport: (transport, arrival) => {
      transports.push(transport)
      void outcomeOf(grantAdmission(transport, arrival, options)).then(outcome => outcomes.push(outcome))
    },
    onRejected: error => rejected.push(error),
  })
  onTestFinished(() => {
    listener.close()
    for (const transport of transports) transport.destroy()
  })
  return {port: listener.port, outcomes, transports, rejected}
}

/** Dials and seeks admission as an honest joiner with the right code, but for what a test changes. */
export async function join(port: number, identity: Identity, changes: Partial<JoinerOptions> = {}): Promise<Admitted> {
  const transport = await dial({host: '127.0.0.1', port, credentials: identity, timeoutMs: 60_000})
  onTestFinished(() => transport.destroy())
  return seekAdmission(transport, joinerOptions({ownFingerprint: identity.fingerprint, ...changes}))
}
