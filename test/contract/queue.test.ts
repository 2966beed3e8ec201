/** The queue inside the coordinator keeps the contract. */
import { createEmbeddedQueue } from '../../src/main/coordinator/queue/embedded.ts';
import { queueContract } from './queue.ts';

queueContract('embedded queue', (journal) => createEmbeddedQueue(journal.db));
