/** Trying again would not help: the address refuses, or nothing is sent there. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable'
}
