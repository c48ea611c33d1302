import { allowed, sdkLevel } from '../../../workers/telemetry';

describe('what may be logged', () => {
  it('are the keys of the allow-list', () => {
    const meta = {
      activityType: 'applyUnit',
      attempt: 2,
      entity: 'contact',
      unit: 7,
      kind: 'transient',
      code: '0x80044352',
      queues: ['sync', 'marketo'],
    };
    expect(allowed(meta)).toEqual(meta);
  });

  it('is nothing else: a value, an address, a header, a body or an error’s text is left out in silence', () => {
    expect(
      allowed({
        entity: 'contact',
        email: 'ann@example.com',
        url: 'https://contoso.crm.dynamics.com/api/data/v9.2/contacts?$filter=emailaddress1',
        headers: { authorization: 'Bearer token' },
        message: 'Ann Baird was refused',
        error: new Error('Ann Baird was refused'),
        row: { firstname: 'Ann' },
        client_secret: 'secret',
      }),
    ).toEqual({ entity: 'contact' });
  });

  it('is no object even under a key that is allowed: it might hold anything', () => {
    expect(allowed({ reason: { firstname: 'Ann' }, status: 400, entity: null })).toEqual({ status: 400 });
  });
});

describe('what the SDK says', () => {
  it('keeps its level, but for the queues without workflows: they are meant', () => {
    expect(sdkLevel({ level: 'ERROR', message: 'Worker failed' })).toBe('error');
    expect(sdkLevel({ level: 'WARN', message: 'Activity failed' })).toBe('warn');
    expect(sdkLevel({ level: 'INFO', message: 'Worker state changed' })).toBe('info');
    expect(sdkLevel({ level: 'WARN', message: 'No workflows registered, not polling for workflow tasks' })).toBe(
      'info',
    );
  });
});
