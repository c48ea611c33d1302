import { type Api, ApiError } from './errors';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether an address is on this machine: only there may it be without TLS. */
export const isLoopback = (url: URL): boolean => LOOPBACK.test(url.hostname);

/**
 * A base address from the configuration.
 *
 * @param setting the name of the setting, for the error
 * @throws ApiError `configuration` for what is no address, or without TLS outside this machine
 */
export function baseAddress(api: Api, setting: string, text: string): URL {
  const fault = (code: string, about: string): ApiError =>
    new ApiError({ api, operation: 'connect', kind: 'configuration', code, about: `${setting}: ${about}` });
  if (!URL.canParse(text)) throw fault('INVALID_URL', 'not an address, such as https://contoso.crm.dynamics.com');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    throw fault('INSECURE_URL', 'must begin with https:// (http:// only on this machine)');
  if (url.username !== '' || url.password !== '') throw fault('INVALID_URL', 'must not hold credentials');
  return url;
}

/** Same scheme, host and port: a link to anywhere else would be given our token (dataverse-api §11). */
export const sameOrigin = (base: URL, link: string): boolean =>
  URL.canParse(link) && new URL(link).origin === base.origin;
