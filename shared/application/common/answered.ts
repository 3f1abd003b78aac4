/** An address did answer, and not with success. */
export class Answered extends Error {
  override readonly name = 'Answered'
  readonly status: number
  /** The beginning of what it said. */
  readonly body: string

  constructor(status: number, body: string) {
    super(`The address answered ${status}.`)
    this.status = status
    this.body = body
  }
}
