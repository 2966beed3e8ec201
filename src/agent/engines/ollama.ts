/**
 * A model that runs on the agent itself, asked over the HTTP API of Ollama by our own loop. Nothing of the task leaves the
 * machine. A model that is not there yet is fetched first, which people see in the terminal.
 */
import { fail } from '../../shared/result.ts';
import type { Engine, EngineOptions, EngineRun } from './engine.ts';
import { runLoop } from './loop.ts';
import { ModelError, type Model } from './loop-model.ts';
import { ollamaAddress } from './ollama-address.ts';
import { fetchModel, findModel } from './ollama-models.ts';
import { ollamaModel } from './ollama-model.ts';
import { dim, visible } from './shown.ts';
import { failureFrom } from './verdict.ts';

export function ollamaEngine({ model, clock }: EngineOptions): Engine {
  return async (run) => {
    let ready: Model;
    try {
      ready = await prepare(run, model);
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof ModelError)) throw error;
      const failure = failureFrom(error.trouble, { name: 'Ollama', signIn: '', models: null });
      return fail(error.code === null ? failure : { ...failure, code: error.code });
    }
    return await runLoop(run, ready, clock);
  };
}

/** @throws ModelError; the signal's reason */
async function prepare({ env, signal, terminal }: EngineRun, named?: string): Promise<Model> {
  const server = { url: ollamaAddress(env['OLLAMA_HOST']), signal };
  let found = await findModel(server, named);
  if (found === null && named !== undefined) {
    await fetchModel(server, named, (line) => terminal.note(dim(visible(line))));
    found = await findModel(server, named);
  }
  if (found === null) {
    const what = named ?? 'no model';
    throw new ModelError(
      {
        class: 'invalid_request',
        message: `${what} is installed on this agent's Ollama. Install one there (ollama pull NAME), or name one for the task.`,
        until: null,
      },
      'engine_missing',
    );
  }
  return ollamaModel(server.url, found);
}
