'use strict';

/**
 * Stands in for the file of this name in the MongoDB driver (7.9). The driver gets `os` by a dynamic import, which jest's sandbox refuses; it
 * swallows that error, sends a handshake without its metadata, and every server answers "Missing required sub-document 'driver'".
 */
exports.resolveRuntimeAdapters = async (options) => ({ os: options.runtimeAdapters?.os ?? require('node:os') });
