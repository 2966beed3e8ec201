/** What a handler of the stand-in gives back, and the refusals in GitHub's own words. */

export interface Answer {
  status: number;
  /** Undefined: no body. A string goes out as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Every item of a list; the server cuts the page that was asked for and writes the Link header. */
  list?: { items: readonly unknown[]; wrap?: (page: readonly unknown[], total: number) => unknown };
}

/** Thrown by whoever finds that a request cannot be done; becomes its answer. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`${String(answer.status)} ${JSON.stringify(answer.body)}`);
    this.answer = answer;
  }
}

const DOCUMENTATION = 'https://docs.github.com/rest';

export function refusal(
  status: number,
  message: string,
  headers?: Record<string, string>,
): Refusal {
  const body = { message, documentation_url: DOCUMENTATION, status: String(status) };
  return new Refusal({ status, body, ...(headers && { headers }) });
}

export function notFound(): Refusal {
  return refusal(404, 'Not Found');
}

export interface FieldProblem {
  resource: string;
  field?: string;
  code: string;
  message?: string;
  value?: string | null;
}

/** 422 as GitHub words it. */
export function invalid(...errors: FieldProblem[]): Refusal {
  const body = {
    message: 'Validation Failed',
    errors,
    documentation_url: DOCUMENTATION,
    status: '422',
  };
  return new Refusal({ status: 422, body });
}

export function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

/** One page of `items`, cut by the server. */
export function list(items: readonly unknown[]): Answer {
  return { status: 200, list: { items } };
}

/** One page of `items` in an object of GitHub's, such as `{ total_count, check_runs }`. */
export function listIn(items: readonly unknown[], name: string, also: object = {}): Answer {
  return {
    status: 200,
    list: { items, wrap: (page, total) => ({ total_count: total, ...also, [name]: page }) },
  };
}
