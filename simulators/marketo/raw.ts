/** An answer that is not the JSON envelope: files of bulk jobs, and the few HTTP errors (marketo-api §2.1). */
export class RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers: Record<string, string>;

  constructor(status: number, type: string, body: string | Buffer, headers: Record<string, string> = {}) {
    this.status = status;
    this.type = type;
    this.body = body;
    this.headers = headers;
  }
}

/** HTTP 404 with a plain text body, as the bulk files answer (marketo-api §2.1). */
export function notFound(): RawAnswer {
  return new RawAnswer(404, 'text/plain', 'Not Found');
}
