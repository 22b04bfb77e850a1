// The one kind of error that the server scripts raise on purpose. Its message is written for the person at the terminal
// and says what to do, so callers print it without a stack.

/** @typedef {'NOT_FOUND' | 'UNPACK_FAILED' | 'START_FAILED' | 'PORT_IN_USE' | 'DATA_IN_USE'} ServersErrorCode */

export class ServersError extends Error {
  /**
   * @param {ServersErrorCode} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'ServersError';
    this.code = code;
  }
}
