import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { OPEN, RELAXED, type Relaxation } from './marketo-openapi-relaxed';

export interface Schema {
  [name: string]: unknown;
  $ref?: string;
  type?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Spec {
  paths: Record<string, Record<string, { responses: Record<string, { schema?: Schema }> }>>;
  definitions: Record<string, Schema>;
}

const SHARED = join(__dirname, '..', '..', '..', 'shared');
const FILES = {
  rest: join(SHARED, 'specs', 'swagger-mapi.json'),
  identity: join(SHARED, 'specs', 'swagger-identity.json'),
};
/** Lists the endpoints that a sync needs. */
export const REFERENCE = join(SHARED, 'reference', 'marketo-api.md');

/** Why the vendor's files cannot be tested against here, or undefined where they can. */
export function missingSpecs(): string | undefined {
  const missing = [...Object.values(FILES), REFERENCE].filter((file) => !existsSync(file));
  return missing.length === 0
    ? undefined
    : "the vendor's OpenAPI files are not part of the repository; expected beside it: " +
        '../shared/specs/swagger-mapi.json and swagger-identity.json, and ../shared/reference/marketo-api.md';
}

/** The vendor's file, with the relaxations applied and every object closed that it models in full. */
export class VendorSpec {
  private readonly spec: Spec;
  private readonly ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
  /** Relaxations that nothing in the file needs any more. */
  readonly idle: Relaxation[] = [];

  constructor(file: keyof typeof FILES) {
    this.spec = JSON.parse(readFileSync(FILES[file], 'utf8')) as Spec;
    for (const relaxation of RELAXED.filter((one) => one.file === file)) {
      const touched = Object.entries(this.spec.definitions).filter(
        ([name, schema]) => relaxation.definition.test(name) && relax(schema, relaxation),
      );
      if (touched.length === 0) this.idle.push(relaxation);
    }
    for (const [name, schema] of Object.entries(this.spec.definitions)) {
      if (schema.properties && !OPEN.some((one) => one.definition.test(name))) schema.additionalProperties = false;
    }
    this.ajv.addFormat('int32', { type: 'number', validate: (value: number) => Math.abs(value) < 2 ** 31 });
    this.ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
    this.ajv.addSchema({ id: 'vendor', definitions: this.spec.definitions });
  }

  /** `GET /rest/v1/leads.json` … */
  operations(): string[] {
    return Object.entries(this.spec.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** What is wrong with a body by the schema of the operation's answer; empty = nothing. */
  faults(operation: string, body: unknown, status = '200'): string[] {
    const validate = this.validator(operation, status);
    if (validate(body)) return [];
    return (validate.errors ?? []).map((error) => {
      const what = error.params.additionalProperty ?? '';
      return `${operation}: ${error.instancePath || '/'} ${error.message} ${what}`.trim();
    });
  }

  private validator(operation: string, status: string): ValidateFunction {
    const [method, path] = operation.split(' ') as [string, string];
    const ref = this.spec.paths[path]?.[method.toLowerCase()]?.responses[status]?.schema?.$ref;
    if (!ref) throw new Error(`${operation} has no schema for HTTP ${status}`);
    const name = decodeURIComponent(ref).split('/').pop();
    const found = this.ajv.getSchema(`vendor#/definitions/${name}`);
    if (!found) throw new Error(`the vendor's file lacks ${ref}`);
    return found as ValidateFunction;
  }
}

/** Applies one relaxation; false where the schema did not need it. */
function relax(schema: Schema, { optional = [], add = {}, replace = {} }: Relaxation): boolean {
  let touched = false;
  const required = schema.required?.filter((name) => !optional.includes(name));
  if (required && required.length !== schema.required?.length) {
    touched = true;
    if (required.length > 0) schema.required = required;
    else delete schema.required;
  }
  for (const [name, type] of Object.entries(add)) {
    if (schema.properties?.[name]) continue;
    touched = true;
    schema.properties = { ...schema.properties, [name]: type };
  }
  for (const [name, type] of Object.entries(replace)) {
    if (!schema.properties?.[name]) continue;
    touched = true;
    schema.properties[name] = type;
  }
  return touched;
}
