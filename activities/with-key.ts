import { ApiError } from '../clients/errors';
import { UnreadableError } from '../clients/mongo/sealer';

/** Work on what is sealed. A key that may not be the one it was sealed with is a fault of the configuration, whatever was to be opened. @throws ApiError */
export async function withKey<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    const about = 'SYNC_DATA_KEY is not the key that this database was written with';
    throw new ApiError({ api: 'mongo', operation: 'open', kind: 'configuration', about });
  }
}
