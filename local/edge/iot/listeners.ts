import { once } from 'node:events'
import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from 'node:net'
import { createServer as createSecureServer, type TLSSocket } from 'node:tls'
import type { Authority } from '../../services/iot/authority.ts'
import { idOf } from '../../services/iot/authority.ts'

export type Listeners = {
  readonly port: number
  readonly securePort: number
  /** Id of the certificate that a connection showed; undefined of one without TLS. */
  certificateOf(connection: object): string | undefined
  stop(): Promise<void>
}

const listen = async (server: Server, port: number): Promise<number> => {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** The two ways to the laptop's broker: plain, for passwords; and TLS, where who connects must show a certificate of the authority. */
export const openListeners = async (
  ports: { readonly port: number; readonly securePort: number },
  authority: Authority,
  handle: (socket: Socket) => void,
  log: (line: string) => void,
): Promise<Listeners> => {
  const sockets = new Set<Socket>()
  const certificates = new WeakMap<object, string>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }
  const plain = createPlainServer((socket) => {
    keep(socket)
    handle(socket)
  })
  const secure = createSecureServer(
    { ...authority.server, ca: authority.rootPem, requestCert: true, rejectUnauthorized: true },
    (socket: TLSSocket) => {
      keep(socket)
      const certificate = socket.getPeerX509Certificate()
      if (!certificate) return void socket.destroy()
      certificates.set(socket, idOf(certificate))
      handle(socket)
    },
  )
  secure.on('tlsClientError', (error) => log(`Refused a connection over TLS: ${error.message}`))
  const servers = [plain, secure]
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    for (const server of servers) if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  try {
    return {
      port: await listen(plain, ports.port),
      securePort: await listen(secure, ports.securePort),
      certificateOf: (connection) => certificates.get(connection),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
