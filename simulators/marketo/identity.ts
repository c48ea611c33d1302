import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MARKETO_CREDENTIALS } from './credentials';
import type { Instance } from './instance';

/** `GET` and `POST /identity/oauth/token`, everything in the query string (marketo-api §1.2) or, as recorded, in a form; bad credentials are HTTP 401. */
export function identityRoutes(app: FastifyInstance, instance: () => Instance): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const form = request.body instanceof URLSearchParams ? Object.fromEntries(request.body) : {};
    const query = { ...form, ...(request.query as Record<string, string | undefined>) };
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache').type('application/json;charset=UTF-8');
    const refuse = (status: number, error: string, description: string) => {
      request.sim.code = error;
      return reply.code(status).send(JSON.stringify({ error, error_description: description }));
    };
    if (query.grant_type !== 'client_credentials') {
      return refuse(400, 'unsupported_grant_type', 'Unsupported grant type');
    }
    if (query.client_id !== MARKETO_CREDENTIALS.clientId) {
      return refuse(401, 'unauthorized', `No client with requested id: ${query.client_id ?? ''}`);
    }
    if (query.client_secret !== MARKETO_CREDENTIALS.clientSecret) {
      return refuse(401, 'invalid_client', 'Bad client credentials');
    }
    const { token, expiresIn } = instance().tokens.grant();
    return reply.send(
      JSON.stringify({
        access_token: token,
        token_type: 'bearer',
        expires_in: expiresIn,
        scope: MARKETO_CREDENTIALS.apiUser,
      }),
    );
  };
  app.get('/identity/oauth/token', answer);
  app.post('/identity/oauth/token', answer);
}
