import {onTestFinished} from 'vitest'
import {grantAdmission} from '../../src/security/admission.js'
import type {Identity} from '../../src/security/identity.js'
import {Guard} from '../../src/security/guard.js'
import {listen} from '../../src/transport/tls-listener.js'
import {hostOptions} from '../helpers/admission.js'
import {until} from '../helpers/until.js'
import {Liar} from './liar.js'

/** A host on loopback that admits by the right code, and then does to each guest what `treat` does. */
export async function falseHost(identity: Identity, treat: (liar: Liar) => unknown): Promise<string> {
  const guard = new Guard()
  const listener = await listen({
    port: 0,
    bind: '127.0.0.1',
    credentials: identity,
    watch: guard,
    onTransport: (transport, arrival) => {
      onTestFinished(() => transport.destroy())
      const options = hostOptions({ownFingerprint: identity.fingerprint, guard})
      // A guest that leaves before it is in has ended its test.
      grantAdmission(transport, arrival, options).then(
        ({rest}) => treat(new Liar(transport).read(rest)),
        () => undefined,
      )
    },
  })
  onTestFinished(() => listener.close())
  return String(listener.port)
}

/** Attaches a guest as an honest host would, and welcomes it. */
export async function welcomeGuest(liar: Liar): Promise<void> {
  await until(() => liar.all('attach').length === 1)
  const {nick} = JSON.parse(String(liar.all('attach')[0]!.payload)) as {nick: string}
  const bob = {id: 1, nick: 'bob'}
  liar.frame('attached', {session: {id: '1'.repeat(32), token: '2'.repeat(64)}, lastSeen: 0})
  liar.say({type: 'welcome', you: {id: 2, nick}, host: bob, members: [bob]})
}
