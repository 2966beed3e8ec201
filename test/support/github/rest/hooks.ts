/** REST: the webhooks of a repository. */
import { invalid, list, notFound, ok } from '../answer.ts';
import { actor, type Call, type Handlers } from '../call.ts';
import { type Hook } from '../model.ts';
import { repoApiUrl, type Shape } from '../shapes/basic.ts';
import { isoTime } from '../world.ts';

export const hookHandlers = {
  'repos/list-webhooks': (call) => list(call.repo.hooks.map((hook) => hookShape(call, hook))),
  'repos/get-webhook': (call) => ok(hookShape(call, hookOf(call))),
  'repos/create-webhook': (call) => {
    const { config, events, active } = call.body ?? {};
    const url = config?.url ?? '';
    if (call.repo.hooks.some((hook) => hook.url === url)) {
      const message = 'Hook already exists on this repository';
      throw invalid({ resource: 'Hook', code: 'custom', message });
    }
    const hook: Hook = {
      id: call.context.world.nextId(),
      url,
      secret: config?.secret ?? '',
      events: events ?? ['push'],
      isActive: active ?? true,
      repo: call.repo,
      createdAt: call.context.world.now(),
    };
    call.repo.hooks.push(hook);
    ping(call, hook);
    return ok(hookShape(call, hook), 201);
  },
  'repos/update-webhook': (call) => {
    const hook = hookOf(call);
    const { config, events, add_events: more, remove_events: less, active } = call.body ?? {};
    hook.url = config?.url ?? hook.url;
    hook.secret = config?.secret ?? hook.secret;
    const wanted = [...(events ?? hook.events), ...(more ?? [])];
    hook.events = [...new Set(wanted)].filter((event) => !less?.includes(event));
    hook.isActive = active ?? hook.isActive;
    return ok(hookShape(call, hook));
  },
  'repos/delete-webhook': (call) => {
    const hook = hookOf(call);
    call.repo.hooks = call.repo.hooks.filter((one) => one !== hook);
    return { status: 204 };
  },
  'repos/ping-webhook': (call) => {
    ping(call, hookOf(call));
    return { status: 204 };
  },
} satisfies Handlers;

type Seen = Pick<Call, 'context' | 'repo'>;

function hookOf(call: Pick<Call, 'repo' | 'params'>): Hook {
  const hook = call.repo.hooks.find((one) => one.id === Number(call.params['hook_id']));
  if (!hook) throw notFound();
  return hook;
}

function hookShape({ context, repo }: Seen, hook: Hook): Shape {
  const url = `${repoApiUrl(context.world, repo)}/hooks/${String(hook.id)}`;
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.isActive,
    events: hook.events,
    config: {
      url: hook.url,
      content_type: 'json',
      insecure_ssl: '0',
      ...(hook.secret && { secret: '********' }),
    },
    created_at: isoTime(hook.createdAt),
    updated_at: isoTime(hook.createdAt),
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: { code: null, status: 'unused', message: null },
  };
}

function ping(call: Pick<Call, 'context' | 'repo' | 'caller'>, hook: Hook): void {
  const payload = {
    zen: 'Keep it logically awesome.',
    hook_id: hook.id,
    hook: hookShape(call, hook),
  };
  call.context.hooks.emitTo(hook, 'ping', { repo: call.repo, sender: actor(call), payload });
}
