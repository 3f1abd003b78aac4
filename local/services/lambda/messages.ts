/** What passes between the main thread and a function's worker thread. */

export type Setup = {
  readonly codeDir: string
  readonly handler: string
  readonly functionName: string
  readonly functionArn: string
  readonly memoryMb: number
}

export type ToWorker = {
  readonly id: number
  readonly event: unknown
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number
}

export type WorkerError = { readonly errorType: string; readonly errorMessage: string; readonly trace: string[] }

/** `payload` is JSON text. */
export type FromWorker =
  | { readonly id: number; readonly payload: string }
  | { readonly id: number; readonly error: WorkerError }
