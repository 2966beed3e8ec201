/** All that the API answers to who may read everything: each operation that only reads, for each thing that there is. */
import { OPERATIONS } from '../../../src/shared/contract.ts';

export interface Answer {
  readonly where: string;
  readonly text: string;
}

/** What the window and the command line can be shown. @param ids by the word of their path: `tasks`, `agents` */
export async function answersOf(
  { url, token }: { readonly url: string; readonly token: string },
  ids: Readonly<Record<string, readonly string[]>>,
): Promise<Answer[]> {
  const plain = Object.values(OPERATIONS)
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => path);
  const streams = ['text', 'raw', 'cast'].map(
    (format) => `/api/v1/tasks/{id}/terminal?format=${format}`,
  );
  const more = [...streams, '/api/v1/tasks/{id}/transcript', '/api/v1/events?limit=1000'];
  const places = [...plain, ...more].flatMap((place) => {
    const of = /\/(\w+)\/\{id\}/.exec(place)?.[1];
    return of === undefined ? [place] : (ids[of] ?? []).map((id) => place.replace('{id}', id));
  });
  return await Promise.all(
    places.map(async (where) => {
      const answer = await fetch(new URL(where, url), {
        headers: { authorization: `Bearer ${token}` },
      });
      return { where, text: Buffer.from(await answer.arrayBuffer()).toString('latin1') };
    }),
  );
}
